"""Where the parts of an index lie, and that one module alone knows it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from qa.digests import FileDigest
from qa.store.folder import layout

ROOT = Path(__file__).parents[2]
NAMES = {
    "generations",
    "blocks",
    "lock",
    "cleaning.lock",
    "manifest.json",
    "text.sqlite",
    "dense.faiss",
    "articles_lexical",
    "article_vectors.f32",
    "token_frequency.i32",
    "rows.bin",
}
MODULES = sorted({*(ROOT / "qa").rglob("*.py"), *(ROOT / "web").rglob("*.py")} - {Path(layout.__file__)})


def test_every_part_has_its_place(tmp_path: Path) -> None:
    generation = layout.generation_folder(tmp_path, "000001-0123456789ab")
    block = FileDigest(3, "0" * 64)
    paths = [
        layout.pointer_path(tmp_path),
        layout.lock_path(tmp_path),
        layout.cleaning_lock_path(tmp_path),
        layout.encoder_folder(tmp_path),
        layout.block_path(tmp_path, block),
        layout.unfinished_block(layout.blocks_folder(tmp_path)),
        layout.unfinished_generation(tmp_path).path,
        generation.manifest,
        generation.text,
        generation.dense,
        generation.lexical,
        generation.articles_lexical,
        generation.article_vectors,
        generation.frequency,
        generation.rows,
    ]
    folder = "generations/000001-0123456789ab"
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "current",
        "lock",
        "cleaning.lock",
        "encoder",
        f"blocks/{'0' * 64}.tokens",
        "blocks/.new",
        "generations/.new",
        f"{folder}/manifest.json",
        f"{folder}/text.sqlite",
        f"{folder}/dense.faiss",
        f"{folder}/lexical",
        f"{folder}/articles_lexical",
        f"{folder}/article_vectors.f32",
        f"{folder}/token_frequency.i32",
        f"{folder}/rows.bin",
    ]
    assert layout.is_block(layout.block_path(tmp_path, block))
    assert not layout.is_block(generation.text)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_module_joins_names_of_the_index(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    joined = {
        one.right.value
        for one in ast.walk(tree)
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div) and isinstance(one.right, ast.Constant)
    }
    assert joined.isdisjoint(NAMES)
