"""Every file of an index cut short and flipped: refused or rebuilt, never a different answer, never a crash."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qa.encode.card import CARD, GRAPH, TOKENIZER, read_card
from qa.errors import IndexCorrupt, IndexMissing
from qa.store.reader import IndexReader
from qa.store.snapshot import OpenSnapshot, open_fallback
from tests.building import build
from tests.fakes import FakeEncoder
from tests.reliability.corpus import AFTER, BEFORE, index_articles, lay_out, opened, seen
from tests.reliability.sweeping import SEED, TALLY, sampled

TRUNCATIONS = 100
FLIPS = 1000


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with articles and an index of two generations."""
    folder = tmp_path_factory.mktemp("corruption")
    lay_out(folder / "articles", BEFORE)
    index_articles(folder / "articles", folder / "index")
    lay_out(folder / "articles", {**BEFORE, "barn.txt": AFTER["barn.txt"]})
    index_articles(folder / "articles", folder / "index")
    return folder


@pytest.fixture(scope="module")
def expected(whole: Path) -> str:
    return seen(whole / "index")


def stored_files(index: Path) -> list[Path]:
    """Return all files that the current generation consists of, the pointer and the lock too."""
    with opened(index) as snapshot:
        return [index / "current", index / "lock", *files_of(index, snapshot)]


def files_of(index: Path, snapshot: OpenSnapshot) -> list[Path]:
    """Return the files and blocks of one generation."""
    manifest, folder = snapshot.manifest, snapshot.folder.path
    blocks = [index / "blocks" / f"{block.sha256}.tokens" for block in manifest.blocks]
    return [folder / "manifest.json", *(folder / name for name in manifest.files), *blocks]


def cut(path: Path, content: bytes, at: int) -> None:
    path.write_bytes(content[:at])


def flip(path: Path, content: bytes, at: int) -> None:
    harmed = bytearray(content)
    harmed[at // 8] ^= 1 << at % 8
    path.write_bytes(harmed)


def truncations(content: bytes) -> list[int]:
    """Return up to a hundred places at which to cut, the first and the last among them."""
    count = min(TRUNCATIONS, len(content))
    return [number * (len(content) - 1) // max(1, count - 1) for number in range(count)]


def flips(content: bytes, name: str, count: int) -> list[int]:
    """Return the numbers of `count` bits to flip."""
    bits = len(content) * 8
    return sorted(random.Random(f"{SEED} {name}").sample(range(bits), min(count, bits)))  # noqa: S311 - a sample


def outcome(index: Path, expected: str) -> str:
    """Return what comes of opening, asking and verifying this index."""
    try:
        now = seen(index)
    except (IndexCorrupt, IndexMissing) as refusal:
        return "refused" if "qa index" in str(refusal) else f"refused without what to do: {refusal}"
    return "the same answers" if now == expected else "other answers"


Harm = Callable[[Path, bytes, int], None]


def harms(path: Path, content: bytes, files: int) -> Iterator[tuple[Harm, int]]:
    yield from ((cut, at) for at in sampled(truncations(content), 8))
    yield from ((flip, at) for at in sampled(flips(content, path.name, FLIPS // files + 2), 12))


def test_harmed_file_is_refused_or_changes_nothing(whole: Path, expected: str) -> None:
    index = whole / "index"
    files = stored_files(index)
    wrong = []
    for path in files:
        content = path.read_bytes()
        for harm, at in harms(path, content, len(files)):
            harm(path, content, at)
            result = outcome(index, expected)
            kind = f"*{path.suffix}" if len(path.stem) >= 32 else path.name
            TALLY[f"{harm.__name__} {kind}: {result}"] += 1
            if result != "refused":
                wrong.append((path.name, harm.__name__, at, result))
        path.write_bytes(content)
    assert wrong == []
    assert outcome(index, expected) == "the same answers"


def kept_outcome(index: Path) -> str:
    """Return the outcome of opening and verifying the generation that is kept before the current one."""
    with opened(index) as snapshot:
        try:
            kept = open_fallback(snapshot)
            assert kept is not None
            with closing(kept):
                kept.verify()
        except IndexCorrupt as refusal:
            return "refused" if "qa index" in str(refusal) else f"refused without what to do: {refusal}"
    return "whole"


def test_harmed_file_of_the_kept_generation_is_refused(whole: Path) -> None:
    index = whole / "index"
    with opened(index) as snapshot:
        kept = open_fallback(snapshot)
        assert kept is not None
        shared = {path for path in files_of(index, snapshot) if path.parent.name == "blocks"}
        files = [path for path in files_of(index, kept) if path not in shared]
        kept.close()
    wrong = []
    for path in files:
        content = path.read_bytes()
        for harm, at in harms(path, content, len(files)):
            harm(path, content, at)
            result = kept_outcome(index)
            kind = f"*{path.suffix}" if len(path.stem) >= 32 else path.name
            TALLY[f"{harm.__name__} kept {kind}: {result}"] += 1
            if result != "refused":
                wrong.append((path.name, harm.__name__, at, result))
        path.write_bytes(content)
    assert wrong == []
    assert kept_outcome(index) == "whole"


def test_lock_holds_nothing_that_matters(whole: Path, expected: str) -> None:
    lock = whole / "index" / "lock"
    assert lock.read_bytes() == b""
    lock.write_bytes(b"\xff" * 100)
    assert outcome(whole / "index", expected) == "the same answers"
    assert not build(whole / "articles", whole / "index", FakeEncoder()).written
    lock.write_bytes(b"")


def test_serving_goes_on_from_the_generation_before_when_the_new_one_is_damaged(
    whole: Path, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.store.reader.LOOK_AGAIN", 0.0)
    index = tmp_path / "index"
    shutil.copytree(whole / "index", index)
    lay_out(tmp_path / "articles", AFTER)
    encoder = FakeEncoder()
    generations = IndexReader(index, encoder.fingerprint)
    before = generations.current().info.generation
    build(tmp_path / "articles", index, encoder, replace_folder=True)
    [text] = [path for path in index.rglob("text.sqlite") if before not in path.parts]
    content = text.read_bytes()
    flip(text, content, 8 * 5000)
    assert generations.current().info.generation == before
    text.write_bytes(content)
    lay_out(tmp_path / "articles", BEFORE)
    newest = build(tmp_path / "articles", index, encoder).generation
    assert generations.current().info.generation == newest


def test_generation_that_could_not_be_opened_for_now_is_tried_again(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.store.reader.LOOK_AGAIN", 0.0)
    index = tmp_path / "index"
    shutil.copytree(whole / "index", index)
    lay_out(tmp_path / "articles", AFTER)
    encoder = FakeEncoder()
    generations = IndexReader(index, encoder.fingerprint)
    before = generations.current().info.generation
    newest = build(tmp_path / "articles", index, encoder, replace_folder=True).generation

    def refuse(_: Path) -> None:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as short:
        short.setattr("qa.store.folder.checks.hash_file", refuse)
        assert generations.current().info.generation == before
    assert generations.current().info.generation == newest


def test_harmed_encoder_is_refused(encoder_folder: Path, tmp_path: Path) -> None:
    for name in (CARD, GRAPH, TOKENIZER):
        for other in (CARD, GRAPH, TOKENIZER):
            (tmp_path / other).unlink(missing_ok=True)
            (tmp_path / other).symlink_to(encoder_folder / other)
        content = (encoder_folder / name).read_bytes()
        (tmp_path / name).unlink()
        few = sampled(flips(content, name, 200 if name == CARD else 20), 40 if name == CARD else 2)
        for harm, at in [*((cut, at) for at in sampled(truncations(content[:-1]), 3)), *((flip, at) for at in few)]:
            harm(tmp_path / name, content, at)
            with pytest.raises(IndexCorrupt, match="qa index"):
                read_card(tmp_path)
            TALLY[f"{harm.__name__} {name}: refused"] += 1
