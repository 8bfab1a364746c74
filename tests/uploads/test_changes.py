"""The folder of articles and its index change together, whole, or not at all."""

from __future__ import annotations

import errno
import io
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from qa.errors import ArticleNotFound, BadRequest, IndexBusy, IndexCorrupt
from qa.store.folder import storage
from qa.store.folder.locks import writer_lock
from qa.uploads import changes as changing
from qa.uploads import contents
from qa.uploads.changes import AddedFile, ArticleChanges, NameTaken, NewFile
from qa.uploads.staging import STAGING, ChangeBusy, NotStored, clear_staging
from tests.reliability.corpus import BEFORE, opened
from tests.uploads.sites import OWL, changeable, names

FOUND = "The mill closed in 2019.\n"


@pytest.fixture
def changes(tmp_path: Path) -> ArticleChanges:
    return changeable(tmp_path)


def new(name: str, text: str | bytes = OWL) -> NewFile:
    return NewFile(name, io.BytesIO(text.encode() if isinstance(text, str) else text))


def ids(folder: Path) -> list[str]:
    with opened(folder / "index") as snapshot:
        return [one.id for one in snapshot.text.articles()]


def test_files_are_stored_and_indexed_and_the_others_say_why_not(changes: ArticleChanges, tmp_path: Path) -> None:
    results = changes.add([new("owl.txt"), new("run.sh"), new("mill.md", FOUND)])
    assert [(one.name, one.status, one.article_id) for one in results] == [
        ("owl.txt", "added", "owl"),
        ("run.sh", "refused", None),
        ("mill.md", "added", "mill"),
    ]
    assert results[1].reason is not None
    assert results[1].reason.startswith("'run.sh' cannot be the name of an article: .sh is no format of articles")
    assert names(tmp_path) == ["fox.txt", "mill.md", "orchard.txt", "owl.txt", "wing.txt"]
    assert (tmp_path / "articles" / "owl.txt").read_text() == OWL
    assert ids(tmp_path) == ["fox", "mill", "orchard", "owl", "wing"]


def test_a_file_that_is_there_is_unchanged_or_refused_but_never_replaced(
    changes: ArticleChanges, tmp_path: Path
) -> None:
    same, other, other_ending, other_case = changes.add(
        [new("fox.txt", BEFORE["fox.txt"]), new("wing.txt"), new("wing.md"), new("WING.txt")]
    )
    assert same == AddedFile("fox.txt", "unchanged", "fox")
    for one in (other, other_ending, other_case):
        assert (one.status, one.reason) == (
            "refused",
            "'wing.txt' is there already, with other content. Give another name, or remove that article first.",
        )
    assert (tmp_path / "articles" / "wing.txt").read_text() == BEFORE["wing.txt"]
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "wing.txt"]


def test_two_files_of_one_name_in_one_change_are_one_article(changes: ArticleChanges, tmp_path: Path) -> None:
    results = changes.add([new("owl.txt"), new("owl.txt", FOUND), new("owl.txt")])
    assert [one.status for one in results] == ["added", "refused", "unchanged"]
    assert (tmp_path / "articles" / "owl.txt").read_text() == OWL


def test_a_name_that_is_taken_while_files_are_checked_is_refused(
    changes: ArticleChanges, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = contents.check_content

    def taken_meanwhile(*given: Any) -> None:
        (tmp_path / "articles" / "owl.txt").write_text(FOUND)
        real(*given)

    monkeypatch.setattr(changing, "check_content", taken_meanwhile)
    assert changes.add([new("owl.txt")]) == (AddedFile("owl.txt", "refused", None, "'owl.txt' is there already."),)
    assert (tmp_path / "articles" / "owl.txt").read_text() == FOUND


@pytest.mark.parametrize("broken", [IndexCorrupt("damaged"), OSError(errno.ENOSPC, "x"), KeyboardInterrupt()])
def test_a_build_that_fails_leaves_the_folder_and_the_index_as_they_were(
    changes: ArticleChanges, tmp_path: Path, broken: BaseException
) -> None:
    def fail(_: object) -> Any:
        raise broken

    failing = ArticleChanges(changes.folder, fail)
    for change in (
        lambda: failing.add([new("owl.txt")]),
        lambda: failing.rename("fox", "hare.txt"),
        lambda: failing.remove("fox"),
    ):
        with pytest.raises((IndexCorrupt, NotStored, KeyboardInterrupt)):
            change()
        assert names(tmp_path) == ["fox.txt", "orchard.txt", "wing.txt"]
        assert failing.stage is None
    assert ids(tmp_path) == ["fox", "orchard", "wing"]


def test_a_disk_that_fills_up_while_files_are_stored_changes_nothing(
    changes: ArticleChanges, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, stored = storage.write_file, list[Path]()

    def full_at_the_second(path: Path, content: bytes) -> Any:
        if stored:
            path.write_bytes(content[:10])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        stored.append(path)
        return real(path, content)

    monkeypatch.setattr(changing, "write_file", full_at_the_second)
    with pytest.raises(NotStored, match=r"^Nothing was changed, because the disk refuses: no space left on device\.$"):
        changes.add([new("owl.txt"), new("mill.txt", FOUND)])
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "wing.txt"]
    assert ids(tmp_path) == ["fox", "orchard", "wing"]


def test_one_change_at_a_time_and_another_is_told_to_come_again(changes: ArticleChanges, tmp_path: Path) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slow(progress: Any) -> Any:
        progress("encode", 1, 3)
        started.set()
        assert go_on.wait(20)

    slowly = ArticleChanges(changes.folder, slow)
    thread = threading.Thread(target=lambda: slowly.add([new("owl.txt")]))
    thread.start()
    assert started.wait(20)
    assert slowly.stage is not None
    assert (slowly.stage.stage, slowly.stage.done, slowly.stage.total) == ("encode", 1, 3)
    with pytest.raises(ChangeBusy, match=r"being changed just now\. Try again in a moment\."):
        changes.add([new("owl.txt", FOUND)])
    go_on.set()
    thread.join(20)
    assert [one.status for one in changes.add([new("owl.txt", FOUND)])] == ["refused"]
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "owl.txt", "wing.txt"]


def test_a_build_of_another_process_is_waited_for(changes: ArticleChanges, tmp_path: Path) -> None:
    with writer_lock(tmp_path / "index"):
        thread = threading.Thread(target=lambda: changes.add([new("owl.txt")]))
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(20)
    assert ids(tmp_path) == ["fox", "orchard", "owl", "wing"]


def test_a_build_that_never_ends_is_not_waited_for_for_ever(
    changes: ArticleChanges, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "PATIENCE_SECONDS", 0.1)
    with writer_lock(tmp_path / "index"), pytest.raises(IndexBusy):
        changes.add([new("owl.txt")])
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "wing.txt"]


def test_what_a_change_that_was_cut_short_left_is_removed(changes: ArticleChanges, tmp_path: Path) -> None:
    place = tmp_path / "articles" / STAGING
    place.mkdir()
    (place / "0.txt").write_text("half a te")
    clear_staging(changes.folder)
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "wing.txt"]
    place.mkdir()
    (place / "0.txt").write_text("half a te")
    changes.add([new("owl.txt")])
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "owl.txt", "wing.txt"]


def test_an_article_is_renamed_in_the_folder_and_in_the_index(changes: ArticleChanges, tmp_path: Path) -> None:
    assert changes.rename("fox", "red fox.txt") == "red fox"
    assert names(tmp_path) == ["orchard.txt", "red fox.txt", "wing.txt"]
    assert ids(tmp_path) == ["orchard", "red fox", "wing"]
    assert changes.rename("red fox", "red fox.txt") == "red fox"


def test_an_article_keeps_its_folder_when_it_is_renamed(changes: ArticleChanges, tmp_path: Path) -> None:
    (tmp_path / "articles" / "farms").mkdir()
    (tmp_path / "articles" / "farms" / "owl.txt").write_text(OWL)
    assert changes.rename("farms/owl", "barn.txt") == "farms/barn"
    assert ids(tmp_path) == ["farms/barn", "fox", "orchard", "wing"]


@pytest.mark.parametrize(
    ("article_id", "name", "error", "said"),
    [
        ("fox", "wing.txt", NameTaken, "'wing.txt' is there already, with other content"),
        ("fox", "Wing.txt", NameTaken, "'wing.txt' is there already, with other content"),
        ("fox", "fox.md", BadRequest, "The ending of 'fox.txt' says its format: keep .txt."),
        ("fox", "../fox.txt", BadRequest, "cannot be the name of an article: it holds /"),
        ("hare", "hart.txt", ArticleNotFound, "No article 'hare' in the folder."),
    ],
)
def test_a_new_name_that_cannot_be_is_refused(
    changes: ArticleChanges, tmp_path: Path, article_id: str, name: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as raised:
        changes.rename(article_id, name)
    assert said in str(raised.value)
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "wing.txt"]


def test_the_case_of_a_name_may_change(changes: ArticleChanges, tmp_path: Path) -> None:
    assert changes.rename("fox", "Fox.txt") == "Fox"
    assert ids(tmp_path) == ["Fox", "orchard", "wing"]


def test_an_article_is_removed_from_the_folder_and_nothing_of_it_is_left(
    changes: ArticleChanges, tmp_path: Path
) -> None:
    changes.remove("orchard")
    assert names(tmp_path) == ["fox.txt", "wing.txt"]
    assert ids(tmp_path) == ["fox", "wing"]
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"crooked apple" not in path.read_bytes()


def test_the_last_article_stays(changes: ArticleChanges, tmp_path: Path) -> None:
    changes.remove("orchard")
    changes.remove("wing")
    with pytest.raises(BadRequest, match=r"^This is the last article"):
        changes.remove("fox")
    assert names(tmp_path) == ["fox.txt"]


def test_an_empty_folder_takes_its_first_article(tmp_path: Path) -> None:
    built: list[object] = []
    changes = ArticleChanges(tmp_path / "new" / "articles", lambda _: built.append(1))  # type: ignore[arg-type,return-value]
    assert [one.status for one in changes.add([new("owl.txt")])] == ["added"]
    assert built == [1]
    assert [path.name for path in changes.folder.iterdir()] == ["owl.txt"]


def test_nothing_is_built_where_no_file_is_new(changes: ArticleChanges) -> None:
    def fail(_: object) -> Any:
        raise AssertionError("a build")

    unbuilt = ArticleChanges(changes.folder, fail)
    assert [one.status for one in unbuilt.add([new("fox.txt", BEFORE["fox.txt"]), new("x.exe")])] == [
        "unchanged",
        "refused",
    ]


def test_a_folder_that_cannot_be_linked_in_takes_files_by_renaming(
    changes: ArticleChanges, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    assert [one.status for one in changes.add([new("owl.txt")])] == ["added"]
    with pytest.raises(NameTaken):
        changes.rename("owl", "fox.txt")
    assert ids(tmp_path) == ["fox", "orchard", "owl", "wing"]


@pytest.mark.parametrize("count", [0, 101, 10_000])
def test_too_many_files_are_refused_before_any_is_read(changes: ArticleChanges, tmp_path: Path, count: int) -> None:
    with pytest.raises(BadRequest, match=rf"^Add from 1 to 100 files at once, not {count}\.$"):
        changes.add([new(f"{n}.txt") for n in range(count)])
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "wing.txt"]
