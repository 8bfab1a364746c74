"""An update answers exactly like a fresh build, and does again only the work for what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from qa.build import lexical_groups, scan
from qa.build import writer as build_writer
from qa.ingest.article import parse_article
from qa.ingest.files import SourceFile, read_file
from qa.ingest.formats.decoding import Decoded
from qa.ingest.versions import reader_version
from qa.records import Article
from qa.store.tokens.blocks import token_type
from tests.build.corpus import (
    FOX,
    MUSEUM,
    ORCHARD,
    FakeCountingEncoder,
    add,
    edit,
    remove,
    rename,
    repeat_lines,
    repeat_once_more,
    seen,
    stop_repeating,
)
from tests.building import build
from tests.fakes import FakeEncoder

STEPS: dict[str, Sequence[Callable[[Path], None]]] = {
    "add": [add],
    "edit": [edit],
    "remove": [remove],
    "rename": [rename],
    "line becomes boilerplate": [repeat_lines, repeat_once_more],
    "line ceases to be boilerplate": [repeat_lines, stop_repeating],
    "all": [add, edit, repeat_lines, rename, remove, stop_repeating],
}


@pytest.mark.parametrize("group", [1, lexical_groups.GROUP_ARTICLES], ids=["a group an article", "one group"])
@pytest.mark.parametrize("name", STEPS)
def test_update_answers_exactly_like_a_fresh_build(
    folder: Path, index: Path, tmp_path: Path, name: str, group: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical_groups, "GROUP_ARTICLES", group)
    if name == "all":
        (folder / "zoo.txt").write_text("", "utf-8")
    build(folder, index, FakeEncoder())
    for number, step in enumerate(STEPS[name]):
        if step is remove and not (folder / "fox.txt").exists():
            (folder / "zoo.txt").rename(folder / "fox.txt")
        step(folder)
        build(folder, index, FakeEncoder())
        build(folder, tmp_path / f"fresh{number}", FakeEncoder())
        assert seen(index) == seen(tmp_path / f"fresh{number}")


def test_small_blocks_are_shared_and_refilled(
    folder: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(FakeEncoder().encode(FOX).pieces.ids) * token_type(64).itemsize
    monkeypatch.setattr(build_writer, "BLOCK_BYTES", size)
    build(folder, index, FakeEncoder())
    before = {path.name for path in (index / "blocks").iterdir()}
    assert len(before) == 4
    edit(folder)
    add(folder)
    build(folder, index, FakeEncoder())
    after = {path.name for path in (index / "blocks").iterdir()}
    assert len(before & after) == 3
    build(folder, tmp_path / "fresh", FakeEncoder())
    assert seen(index) == seen(tmp_path / "fresh")


def test_only_new_text_is_encoded(folder: Path, index: Path) -> None:
    build(folder, index, FakeEncoder())
    encoder = FakeCountingEncoder()
    edit(folder)
    rename(folder)
    report = build(folder, index, encoder)
    assert encoder.seen == ["The grey fox stayed at home this time. It was cold."]
    assert (report.encoded, report.reused) == (1, 3)
    assert (report.added, report.changed, report.removed) == (1, 0, 1)


def test_unchanged_articles_are_not_parsed_again(folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(folder, index, FakeEncoder())
    parsed: list[str] = []

    def remember(**fields: Any) -> Article:
        parsed.append(str(fields["article_id"]))
        return parse_article(**fields)

    monkeypatch.setattr(scan, "parse_article", remember)
    edit(folder)
    build(folder, index, FakeEncoder())
    assert parsed == ["fox"]


def test_changed_rules_parse_again_but_encode_nothing(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = build(folder, index, FakeEncoder())
    monkeypatch.setattr(build_writer, "PARSER_VERSION", "other rules")
    encoder = FakeCountingEncoder()
    report = build(folder, index, encoder)
    assert report.written
    assert report.generation != before.generation
    assert encoder.seen == []
    assert (report.added, report.changed, report.removed) == (0, 0, 0)


def test_another_version_of_a_reader_reads_its_own_files_again(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "page.html").write_text(f"<html><body><article><p>{MUSEUM}</p><p>{ORCHARD}</p></article></body></html>")
    before = build(folder, index, FakeEncoder())
    read: list[str] = []

    def remember(file: SourceFile) -> Decoded:
        read.append(file.source)
        return read_file(file)

    monkeypatch.setattr(scan, "read_file", remember)
    assert build(folder, index, FakeEncoder()).generation == before.generation
    assert read == []
    newer = {"page.html": "trafilatura 99"}
    monkeypatch.setattr(scan, "reader_version", lambda source: newer.get(source, reader_version(source)))
    report = build(folder, index, FakeEncoder())
    assert (report.written, read) == (True, ["page.html"])


def test_nothing_changed_writes_no_generation(folder: Path, index: Path) -> None:
    first = build(folder, index, FakeEncoder())
    files = sorted(path for path in index.rglob("*") if not path.name.endswith("lock"))
    encoder = FakeCountingEncoder()
    second = build(folder, index, encoder)
    assert not second.written
    assert encoder.seen == []
    assert (second.generation, second.articles, second.paragraphs) == (first.generation, 3, 4)
    assert (second.added, second.changed, second.removed, second.encoded, second.reused) == (0, 0, 0, 0, 4)
    assert sorted(path for path in index.rglob("*") if not path.name.endswith("lock")) == files
