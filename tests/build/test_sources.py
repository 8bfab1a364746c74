"""The contract of ArticleSource, for every implementation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qa.build.sources import ArticleSource, FolderSource, TextStoreSource, texts_before
from qa.errors import ArticlesMissing
from qa.factory import local_structures
from qa.ingest.files import find_files
from qa.progress import silent
from qa.records import SkippedFile
from qa.store.folder.layout import generation_folder
from tests.building import build
from tests.fakes import FakeEncoder

ARTICLES = {"fox.txt": "The red fox.\n\nIt crossed the river.\n", "owl.txt": "A grey owl.\n", "zoo.txt": "Café.\n"}


def folder_source(folder: Path) -> ArticleSource:
    return FolderSource(folder, *find_files(folder))


def text_store_source(folder: Path) -> ArticleSource:
    generation = build(folder, folder.parent / "index", FakeEncoder()).generation
    text = generation_folder(folder.parent / "index", generation).text
    return TextStoreSource(folder, texts_before(text, "rules"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "articles" / name).write_text(text, "utf-8")
    return tmp_path / "articles"


@pytest.mark.parametrize("make", [folder_source, text_store_source])
def test_articles_come_in_order_of_id_and_alike(
    make: Callable[[Path], ArticleSource], folder: Path, tmp_path: Path
) -> None:
    source = make(folder)
    writer = local_structures().text(tmp_path / "texts", None)
    scan = source.scan({}, writer, silent)
    writer.close()
    assert source.folder == folder
    assert [(one.file.id, one.file.source) for one in scan.articles] == [
        ("fox", "fox.txt"),
        ("owl", "owl.txt"),
        ("zoo", "zoo.txt"),
    ]
    assert [one.file.path for one in scan.articles] == [folder / name for name in ARTICLES]
    assert [len(one.lines) for one in scan.articles] == [2, 1, 1]
    assert len({one.sha256 for one in scan.articles}) == 3
    assert scan.skipped == ()


def test_folder_gives_its_texts_to_the_writer_and_names_what_it_skips(folder: Path, tmp_path: Path) -> None:
    (folder / "bad.txt").write_bytes(b"\0" * 100)
    files, _ = find_files(folder)
    writer = local_structures().text(tmp_path / "texts", None)
    scan = FolderSource(folder, files, [SkippedFile("picture.png", "no article")]).scan({}, writer, silent)
    assert [writer.text(number) for number in range(3)] == list(ARTICLES.values())
    assert [one.source for one in scan.skipped] == ["picture.png", "bad.txt"]
    writer.close()


def test_folder_without_a_readable_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\0" * 100)
    writer = local_structures().text(tmp_path / "texts", None)
    with pytest.raises(ArticlesMissing, match=r"1 file in .*, none can be read; bad.txt: "):
        folder_source(tmp_path).scan({}, writer, silent)
    writer.close()


def test_texts_before_are_reused_under_the_same_rules_only(folder: Path) -> None:
    generation = build(folder, folder.parent / "index", FakeEncoder()).generation
    before = texts_before(generation_folder(folder.parent / "index", generation).text, "rules")
    assert list(before.parsed_by("rules")) == ["fox", "owl", "zoo"]
    assert before.parsed_by("other rules") == {}
