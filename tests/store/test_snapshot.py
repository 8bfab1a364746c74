"""Opening a generation: checked before it is parsed, refused with what to do."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import faiss
import numpy as np
import pytest

from qa.errors import IndexCorrupt, IndexMissing, ModelMismatch, StorageFailed
from qa.protocols import Snapshot
from qa.store import snapshot as generation_module
from qa.store.folder import checks, holding
from qa.store.folder.manifest import Pointer, current_name
from qa.store.reader import IndexReader
from qa.store.snapshot import open_snapshot
from tests.building import build
from tests.fakes import FakeEncoder

FINGERPRINT = FakeEncoder().fingerprint
ARTICLES = {
    "fox.txt": "The red fox crossed the frozen river at night.\n\nNobody in the village saw it happen that winter.\n",
    "orchard.txt": "An orchard keeper counted forty crooked apple trees.\n",
}


@pytest.fixture
def index(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    build(folder, tmp_path / "index", FakeEncoder())
    return tmp_path / "index"


def stored_files(index: Path) -> list[Path]:
    """Return all files that a generation consists of."""
    manifest = closing(open_snapshot(index, None))
    with manifest as snapshot:
        named = [snapshot.folder.path / name for name in snapshot.manifest.files]
    return [index / "current", snapshot.folder.path / "manifest.json", *named, *(index / "blocks").iterdir()]


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 4
    path.write_bytes(content)


def truncate(path: Path, place: int) -> None:
    path.write_bytes(path.read_bytes()[:place])


def test_open_generation_is_what_the_answering_side_expects(index: Path) -> None:
    with closing(open_snapshot(index, FINGERPRINT)) as opened:
        seam: Snapshot = opened
        assert (seam.info.articles, seam.info.paragraphs, seam.info.model) == (2, 3, "fake")
        assert opened.article_of.tolist() == [0, 0, 1]
        assert opened.article_of.dtype == np.int32
        assert opened.article_vectors.shape == (2, 64)
        assert len(opened.dense) == 3


def test_missing_index_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="Build one with: qa index"):
        open_snapshot(tmp_path / "nothing", FINGERPRINT)


def test_another_model_is_refused_with_both_names_and_the_command(index: Path) -> None:
    with pytest.raises(
        ModelMismatch, match=r"built by fake \(fake-64-256\), the model now is other.*qa index --rebuild"
    ):
        open_snapshot(index, "other")


def write_manifest(index: Path, manifest: dict[str, object]) -> None:
    """Put another manifest in the place of the current generation's, with the right digest."""
    name = current_name(index)
    content = json.dumps(manifest).encode()
    (index / "generations" / name / "manifest.json").write_bytes(content)
    (index / "current").write_bytes(Pointer(name, hashlib.sha256(content).hexdigest()).encode())


@pytest.mark.parametrize("number", [2, 5])
def test_another_format_is_refused_with_both_numbers_and_the_command(index: Path, number: int) -> None:
    path = index / "generations" / current_name(index) / "manifest.json"
    manifest = json.loads(path.read_bytes())
    # Format 2 named its fallback only; what a newer format holds is not known.
    other = {**manifest, "fallback": manifest["name"]} if number == 2 else {"unknown": True}
    write_manifest(index, {**other, "format": number})
    said = rf"manifest.json has format {number}, this version reads 4\. Build it again with: qa index --rebuild"
    for attempt in (
        lambda: open_snapshot(index, FINGERPRINT),
        lambda: IndexReader(index, FINGERPRINT),
        lambda: build(index.parent / "articles", index, FakeEncoder()),
    ):
        with pytest.raises(IndexCorrupt, match=said):
            attempt()
    build(index.parent / "articles", index, FakeEncoder(), rebuild=True)
    with closing(open_snapshot(index, FINGERPRINT)) as opened:
        opened.verify()
        assert opened.info.articles == 2
    assert len(list((index / "generations").iterdir())) == 1


def test_every_file_flipped_or_cut_is_refused_or_told_when_verified(index: Path) -> None:
    for path in stored_files(index):
        whole = path.read_bytes()
        for harm in (flip, truncate):
            for place in (0, len(whole) // 2, len(whole) - 1):
                harm(path, place)
                with pytest.raises(IndexCorrupt), closing(open_snapshot(index, FINGERPRINT)) as opened:
                    opened.verify()
                path.write_bytes(whole)
    with closing(open_snapshot(index, FINGERPRINT)) as opened:
        opened.verify()


def test_every_missing_file_is_refused(index: Path) -> None:
    for path in stored_files(index)[1:]:
        whole = path.read_bytes()
        path.unlink()
        with pytest.raises(IndexCorrupt, match=f"{path.name} is missing"):
            open_snapshot(index, FINGERPRINT)
        path.write_bytes(whole)


@pytest.mark.parametrize("name", ["text.sqlite", "dense.faiss", "meta.json", "rows.bin"])
def test_damaged_file_is_refused_before_anything_parses_it(
    index: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for path in index.rglob(name):
        flip(path, len(path.read_bytes()) // 3)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("parsed")

    for place, attribute in ((faiss, "read_index"), (sqlite3, "connect"), (generation_module, "TantivyIndex")):
        monkeypatch.setattr(place, attribute, never)
    with pytest.raises(IndexCorrupt, match=f"{name} is not what it was"):
        open_snapshot(index, FINGERPRINT)


def test_flipped_token_vectors_are_refused_when_they_are_read(index: Path) -> None:
    [block] = (index / "blocks").iterdir()
    flip(block, block.stat().st_size - 1)
    with closing(open_snapshot(index, FINGERPRINT)) as opened:
        assert opened.tokens.rows(np.array([0])).starts.tolist() == [0, 9]
        with pytest.raises(IndexCorrupt, match="token vectors of row 2 are damaged"):
            opened.tokens.rows(np.array([2]))


def test_system_that_cannot_read_is_told_plainly(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(checks, "hash_file", fail)
    with pytest.raises(StorageFailed, match=r"Cannot read the index .*Too many open files"):
        open_snapshot(index, FINGERPRINT)


def test_switch_while_opening_gives_one_whole_generation(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., object] = holding._lock
    calls: list[str] = []

    def switch_first(folder: Path, current: object) -> object:
        if not calls:
            calls.append("switched")
            (tmp_path / "articles" / "fox.txt").unlink()
            build(tmp_path / "articles", index, FakeEncoder())
        return real(folder, current)

    monkeypatch.setattr(holding, "_lock", switch_first)
    with closing(open_snapshot(index, FINGERPRINT)) as opened:
        assert calls == ["switched"]
        assert opened.info.articles == 1
        opened.verify()
