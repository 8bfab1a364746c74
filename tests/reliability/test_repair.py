"""``repair`` brings back what the index held, from whatever of it is whole."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from qa.build import scan
from qa.errors import ArticlesMissing, IndexCorrupt
from qa.ingest.article import parse_article
from qa.records import Article
from qa.store.folder.manifest import Pointer, current_name
from tests.building import build, repair
from tests.fakes import FakeEncoder
from tests.reliability.corpus import BEFORE, index_articles, lay_out, seen

FILES = ["current", "manifest.json", "text.sqlite", "dense.faiss", "rows.bin", "meta.json", "*.tokens", "*.i32"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    lay_out(tmp_path / "articles", BEFORE)
    index_articles(tmp_path / "articles", tmp_path / "index")
    return tmp_path


def harm(index: Path, pattern: str) -> None:
    for path in index.rglob(pattern):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


@pytest.mark.parametrize("pattern", FILES)
def test_any_damaged_file_is_repaired_to_the_same_answers(place: Path, pattern: str) -> None:
    expected = seen(place / "index")
    harm(place / "index", pattern)
    with pytest.raises(IndexCorrupt):
        seen(place / "index")
    report = repair(place / "articles", place / "index", FakeEncoder())
    assert (report.articles, report.paragraphs) == (3, 4)
    assert seen(place / "index") == expected
    assert [path.name for path in (place / "index" / "generations").iterdir()] == [current_name(place / "index")]


def test_text_store_brings_the_articles_back_when_their_folder_is_gone(place: Path) -> None:
    expected = seen(place / "index")
    shutil.rmtree(place / "articles")
    harm(place / "index", "dense.faiss")
    repair(place / "articles", place / "index", FakeEncoder())
    assert seen(place / "index") == expected


def test_articles_are_parsed_again_when_the_rules_changed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = seen(place / "index")
    monkeypatch.setattr("qa.build.writer.PARSER_VERSION", "other rules")
    harm(place / "index", "dense.faiss")
    parsed: list[str] = []

    def remember(**fields: Any) -> Article:
        parsed.append(fields["article_id"])
        return parse_article(**fields)

    monkeypatch.setattr(scan, "parse_article", remember)
    repair(place / "articles", place / "index", FakeEncoder())
    assert seen(place / "index") == expected
    assert parsed == ["fox", "orchard", "wing"]


@pytest.mark.parametrize("number", [2, 4])
def test_index_of_another_format_is_built_again_from_its_own_folder(place: Path, number: int) -> None:
    index, expected = place / "index", seen(place / "index")
    path = index / "generations" / current_name(index) / "manifest.json"
    content = json.dumps({**json.loads(path.read_bytes()), "format": number, "fallback": "000001"}).encode()
    path.write_bytes(content)
    (index / "current").write_bytes(Pointer(path.parent.name, hashlib.sha256(content).hexdigest()).encode())
    lay_out(place / "others", {"other.txt": "Nothing of this belongs here.\n"})
    report = repair(place / "others", index, FakeEncoder())
    assert (report.articles, report.paragraphs) == (3, 4)
    assert seen(index) == expected
    assert [path.name for path in (index / "generations").iterdir()] == [current_name(index)]


def test_nothing_is_lost_when_neither_text_store_nor_articles_are_there(place: Path) -> None:
    shutil.rmtree(place / "articles")
    harm(place / "index", "text.sqlite")
    before = sorted(place.rglob("*"))
    with pytest.raises(ArticlesMissing):
        repair(place / "articles", place / "index", FakeEncoder())
    assert sorted(place.rglob("*")) == before


def test_update_after_a_repair_encodes_only_what_is_new(place: Path) -> None:
    harm(place / "index", "dense.faiss")
    repair(place / "articles", place / "index", FakeEncoder())
    lay_out(place / "articles", {**BEFORE, "new.txt": "A heron waits for fish beside the river.\n"})
    report = build(place / "articles", place / "index", FakeEncoder())
    assert (report.encoded, report.added, report.changed, report.removed) == (1, 1, 0, 0)
