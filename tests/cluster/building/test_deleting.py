"""Removed text is in no file of a cluster's index, whatever became of the builds and of the readers before."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.build.report import BuildReport
from qa.check.absent import find_leftovers, traces_of
from qa.cluster.building import build as building
from qa.cluster.building import partition
from qa.cluster.building.build import build_cluster
from qa.cluster.building.runner import InOrder
from qa.cluster.building.scratch import scratch_folder, scratch_folders
from qa.cluster.building.shared_store import SharedStore
from qa.cluster.local import LocalClusterReader
from qa.errors import BadSetting
from qa.factory import build_index, repair_index
from qa.progress import silent
from qa.settings import Settings
from tests.cluster.building.articles import PART_FILES, write_articles
from tests.fakes import FakeEncoder

SECRET = "A zymurgist hid nineteen copper kettles beneath the vicarage floor. Only the quixotic sexton knew where."


class Killed(BaseException):
    """The end of a process."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The articles, one of which is to be removed, with its text in two others too: as a copy and in a longer text."""
    monkeypatch.setattr(partition, "PART_FILES", PART_FILES)
    write_articles(tmp_path / "articles", 20)
    for name in ("a500", "e500"):
        (tmp_path / "articles" / f"{name}.txt").write_text(f"Kettles in {name}\n\n{SECRET}\n", "utf-8")
    return tmp_path / "articles"


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> Path:
    run(folder, tmp_path / "index")
    return tmp_path / "index"


def run(folder: Path, index: Path) -> BuildReport:
    return build_cluster(folder, SharedStore(str(index)), InOrder(), FakeEncoder, silent, shards=3)


def forms(index: Path) -> set[str]:
    others = [path.read_text("utf-8") for path in index.parent.glob("articles/*") if path.stem not in ("a500", "e500")]
    traces = traces_of(SECRET, [*others, "A report\n\nNothing was hidden anywhere.\n"], FakeEncoder())
    return {one.form for one in find_leftovers(traces, [index])}


def remove_secret(folder: Path) -> None:
    for name in ("a500", "e500"):
        (folder / f"{name}.txt").unlink()


def test_text_that_is_there_is_found_in_every_form(index: Path) -> None:
    wanted = {"text", "table texts", "table paragraphs", "sentence vector", "word", "tokens"}
    assert forms(index) >= wanted


@pytest.mark.parametrize("step", ["remove", "edit"])
def test_removed_text_is_in_no_file(folder: Path, index: Path, step: str) -> None:
    if step == "remove":
        remove_secret(folder)
    else:
        for name in ("a500", "e500"):
            (folder / f"{name}.txt").write_text("A report\n\nNothing was hidden anywhere.\n", "utf-8")
    report = run(folder, index)
    assert (report.changed, report.removed) == ((0, 2) if step == "remove" else (2, 0))
    assert forms(index) == set()


def test_a_copy_of_the_text_keeps_it_and_goes_with_its_article(folder: Path, index: Path) -> None:
    (folder / "a500.txt").unlink()
    run(folder, index)
    assert "table paragraphs" in forms(index)
    (folder / "e500.txt").unlink()
    run(folder, index)
    assert forms(index) == set()


def test_a_build_that_died_before_the_removal_is_made_good_by_the_next_one(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Killed

    remove_secret(folder)
    with monkeypatch.context() as patch:
        patch.setattr(building, "remove_when_unread", die)
        with pytest.raises(Killed):
            run(folder, index)
    assert "table texts" in forms(index)
    assert not run(folder, index).written
    assert forms(index) == set()


def test_a_build_whose_parts_hold_the_text_and_that_died_is_made_good_by_the_next_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Killed

    index = tmp_path / "index"
    with monkeypatch.context() as patch:
        patch.setattr(building, "_switch", die)
        with pytest.raises(Killed):
            run(folder, index)
    assert (index / "parts").exists()
    assert "table texts" in forms(index)
    remove_secret(folder)
    run(folder, index)
    assert forms(index) == set()


def test_a_removal_waits_for_the_readers(folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = LocalClusterReader(index, None)
    monkeypatch.setattr("qa.cluster.building.cleanup.time.sleep", lambda _: reader.close())
    remove_secret(folder)
    assert run(folder, index).shards_still_read == 0
    assert forms(index) == set()


def test_a_reader_that_does_not_end_is_told(folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "READERS_SECONDS", 0.0)
    reader = LocalClusterReader(index, None)
    remove_secret(folder)
    assert run(folder, index).shards_still_read == 2
    assert "table texts" in forms(index)
    reader.close()
    assert run(folder, index).shards_still_read == 0
    assert forms(index) == set()


def test_scratch_of_a_killed_process_goes_and_scratch_in_use_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    others = [tmp_path / "qa-other", tmp_path / ".qa-scratch-hidden"]
    abandoned = tmp_path / "qa-scratch-abandoned"
    for path in (*others, abandoned):
        path.mkdir()
        (path / "part").write_text(SECRET, "utf-8")
    with scratch_folder() as outer:
        (outer / "part").write_text(SECRET, "utf-8")
        with scratch_folder() as inner:
            assert scratch_folders() == sorted([inner, outer])
            assert (outer / "part").exists()
        assert scratch_folders() == [outer]
    assert scratch_folders() == []
    assert all((path / "part").exists() for path in others)


def test_a_command_of_one_machine_leaves_the_shards_alone(folder: Path, index: Path) -> None:
    settings = Settings(articles=folder, index=index)
    before = sorted(index.rglob("*"))
    for change in (build_index, repair_index):
        with pytest.raises(BadSetting, match=r"holds the index of a cluster\. Name the cluster with --cluster"):
            change(settings, progress=silent)
    assert sorted(index.rglob("*")) == before
