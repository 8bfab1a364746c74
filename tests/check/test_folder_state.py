"""What the index knows of its folder: files that changed since, and files that it did not read."""

import os
from pathlib import Path

import pytest

from qa.check.article_files import ArticleFile, list_files
from qa.check.folder_state import FolderState, read_folder_state
from qa.ingest.inventory import UNKNOWN, take_inventory
from qa.records import SkippedFile
from qa.store.folder.layout import scan_record_path
from qa.store.folder.scan_record import read_scan_record
from qa.store.snapshot import open_snapshot
from tests.building import build
from tests.fakes import FakeEncoder


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    (folder / "farms").mkdir(parents=True)
    (folder / "farms" / "harvest.txt").write_text("A poor harvest\n\nThe harvest fell by 12 percent in 2022.\n")
    (folder / "hotline.txt").write_text("A hotline\n\nThe hotline is called Go by the Forest.\n")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


@pytest.fixture
def index(articles: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    build(articles, folder, FakeEncoder())
    return folder


def test_an_inventory_leaves_out_hidden_files_and_the_index(articles: Path) -> None:
    (articles / ".hidden").write_text("x")
    (articles / ".git").mkdir()
    (articles / ".git" / "config").write_text("x")
    (articles / "index").mkdir()
    (articles / "index" / "current").write_text("x")
    (articles / "gone").symlink_to(articles / "nowhere")
    taken = take_inventory(articles, articles / "index")
    assert sorted(taken) == ["farms/harvest.txt", "gone", "hotline.txt", "picture.png"]
    assert taken["gone"] == UNKNOWN
    assert taken["picture.png"] == (4, (articles / "picture.png").stat().st_mtime_ns)


def test_a_name_that_is_not_utf_8_is_recorded_escaped(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("A title\n\nA sentence of it.\n")
    (folder / "hotline.txt").write_text("A hotline\n\nThe hotline is called Go by the Forest.\n")
    build(folder, tmp_path / "index", FakeEncoder())
    record = read_scan_record(tmp_path / "index")
    assert record is not None
    assert sorted(record.files) == ["caf\\udce9.txt", "hotline.txt"]
    state = read_folder_state(tmp_path / "index")
    assert state is not None
    assert state.current


def test_a_folder_as_it_was_indexed_is_current(articles: Path, index: Path) -> None:
    assert read_folder_state(index) == FolderState(articles)


def test_new_changed_and_removed_files_are_named(articles: Path, index: Path) -> None:
    (articles / "new.txt").write_text("New\n\nA new article.\n")
    (articles / "hotline.txt").write_text("A hotline\n\nThe hotline has another name now.\n")
    (articles / "farms" / "harvest.txt").unlink()
    state = read_folder_state(index)
    assert state == FolderState(articles, new=("new.txt",), changed=("hotline.txt",), removed=("farms/harvest.txt",))
    assert not state.current
    build(articles, index, FakeEncoder())
    assert read_folder_state(index) == FolderState(articles)


def test_a_file_that_was_only_touched_counts_as_changed_until_the_next_build(articles: Path, index: Path) -> None:
    os.utime(articles / "hotline.txt", ns=(1, 1))
    assert read_folder_state(index) == FolderState(articles, changed=("hotline.txt",))
    assert not build(articles, index, FakeEncoder()).written
    assert read_folder_state(index) == FolderState(articles)


def test_a_missing_folder_is_said(articles: Path, index: Path) -> None:
    articles.rename(articles.with_name("elsewhere"))
    state = read_folder_state(index)
    assert state == FolderState(articles, missing=True)
    assert state.describe() == f"The folder of the articles, {articles}, is not there."


def test_without_an_index_nothing_is_known(tmp_path: Path) -> None:
    assert read_folder_state(tmp_path / "none") is None


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"0" * 64 + b"\n{}"], ids=["empty", "nonsense", "other digest"])
def test_a_damaged_record_is_no_record(damage: bytes, articles: Path, index: Path) -> None:
    scan_record_path(index).write_bytes(damage)
    assert read_folder_state(index) == FolderState(articles, recorded=False)
    assert open_snapshot(index, None).skipped == ()


def test_a_record_of_another_generation_is_no_record(articles: Path, index: Path) -> None:
    before = scan_record_path(index).read_bytes()
    (articles / "new.txt").write_text("New\n\nA new article of some words.\n")
    build(articles, index, FakeEncoder())
    scan_record_path(index).write_bytes(before)
    assert read_folder_state(index) == FolderState(articles, recorded=False)


def test_a_snapshot_names_the_files_that_the_newest_scan_did_not_read(articles: Path, index: Path) -> None:
    snapshot = open_snapshot(index, None)
    picture = SkippedFile("picture.png", "no article format: .png")
    assert list(snapshot.skipped) == [picture]
    (articles / "empty.txt").write_bytes(b"")
    assert not build(articles, index, FakeEncoder()).written
    assert list(snapshot.skipped) == [SkippedFile("empty.txt", "empty: 0 bytes"), picture]
    snapshot.close()


def test_every_file_is_listed_with_its_state(articles: Path, index: Path) -> None:
    (articles / "new.txt").write_text("New\n\nA new article.\n")
    (articles / "farms" / "harvest.txt").unlink()
    snapshot = open_snapshot(index, None)
    files = list_files(snapshot.text.articles(), snapshot.skipped, read_folder_state(index))
    snapshot.close()
    assert files == [
        ArticleFile("farms/harvest.txt", "removed", "farms/harvest", "A poor harvest"),
        ArticleFile("hotline.txt", "indexed", "hotline", "A hotline"),
        ArticleFile("new.txt", "new"),
        ArticleFile("picture.png", "not read", reason="no article format: .png"),
    ]
