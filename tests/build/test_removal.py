"""Removed text is in no file once its last reader has closed it, and readers keep what they opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qa.build import writer as build_writer
from qa.store.folder.manifest import current_name
from qa.store.reader import IndexReader
from qa.store.snapshot import open_snapshot
from qa.store.tokens.blocks import open_block, token_type
from tests.build.corpus import (
    FOX,
    HARBOUR,
    add,
    edit,
    everything,
    opened,
    remove,
)
from tests.building import build
from tests.fakes import FakeEncoder


def test_block_that_holds_removed_text_is_written_again(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [FakeEncoder().encode(text).pieces.ids for text in (FOX, HARBOUR)]
    monkeypatch.setattr(build_writer, "BLOCK_BYTES", sum(map(len, texts)) * token_type(64).itemsize)
    build(folder, index, FakeEncoder())
    ids = texts[0].tobytes()
    assert [ids in stored for stored in stored_ids(index)].count(True) == 1
    edit(folder)
    build(folder, index, FakeEncoder())
    assert not any(ids in stored for stored in stored_ids(index))


def stored_ids(index: Path) -> list[bytes]:
    """Return the token ids of each block."""
    return [open_block(path, 64)["id"].tobytes() for path in (index / "blocks").iterdir()]


def test_addition_keeps_the_generation_before_as_fallback(folder: Path, index: Path) -> None:
    first = build(folder, index, FakeEncoder()).generation
    add(folder)
    second = build(folder, index, FakeEncoder()).generation
    assert sorted(path.name for path in (index / "generations").iterdir()) == [first, second]


@pytest.mark.parametrize("step", [edit, remove])
def test_removed_text_is_in_no_file_any_more(folder: Path, index: Path, step: Callable[[Path], None]) -> None:
    add(folder)
    build(folder, index, FakeEncoder())
    step(folder)
    (folder / "a new one.md").unlink()
    build(folder, index, FakeEncoder())
    assert len(list((index / "generations").iterdir())) == 1
    with opened(index) as snapshot:
        manifest = snapshot.manifest
    assert {path.name for path in (index / "blocks").iterdir()} == {
        f"{block.sha256}.tokens" for block in manifest.blocks
    }
    for path in index.rglob("*"):
        assert path.is_dir() or b"frozen" not in path.read_bytes(), path


def test_reader_keeps_its_generation_until_it_closes(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    with opened(index) as reader:
        before = everything(reader)
        edit(folder)
        build(folder, index, FakeEncoder())
        assert len(list((index / "generations").iterdir())) == 2
        assert everything(reader) == before
        reader.verify()
    assert [path.name for path in (index / "generations").iterdir()] == [current_name(index)]


def test_replaced_generation_goes_with_its_last_user(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    reader = IndexReader(index, FakeEncoder().fingerprint)
    user = reader.current()
    edit(folder)
    newest = build(folder, index, FakeEncoder()).generation
    reader._look()
    assert reader.current().info.generation == newest
    assert len(list((index / "generations").iterdir())) == 2
    user.verify()
    del user
    reader._look()
    assert [path.name for path in (index / "generations").iterdir()] == [newest]


def test_reader_that_closes_removes_what_was_replaced_meanwhile(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    reader = IndexReader(index, FakeEncoder().fingerprint)
    edit(folder)
    newest = build(folder, index, FakeEncoder()).generation
    assert len(list((index / "generations").iterdir())) == 2
    reader.close()
    assert [path.name for path in (index / "generations").iterdir()] == [newest]


def test_snapshot_that_nobody_closes_removes_nothing_and_holds_nothing(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    snapshot = open_snapshot(index, None)
    edit(folder)
    build(folder, index, FakeEncoder())
    del snapshot
    assert len(list((index / "generations").iterdir())) == 2
    assert not build(folder, index, FakeEncoder()).written
    assert [path.name for path in (index / "generations").iterdir()] == [current_name(index)]
