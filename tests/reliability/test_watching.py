"""The folder is followed: bursts of changes are built once, and nothing that happens in it ends the watch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa.build import watch
from qa.build.watch import follow
from qa.errors import ArticlesMissing, IndexBusy, QAError
from qa.store.folder.locks import writer_lock
from tests.building import build
from tests.cli.runs import environment
from tests.fakes import FakeEncoder
from tests.reliability.corpus import AFTER, BEFORE, lay_out, seen

pytest.importorskip("watchfiles")
PATIENCE = 30


class Watch:
    """A folder that is followed in a thread, with what was built and what failed."""

    def __init__(self, folder: Path) -> None:
        self.articles, self.index = folder / "articles", folder / "index"
        self.builds: list[bool] = []
        self.failures: list[QAError] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(
            target=follow, args=(self.articles, self.index, self.build, self.failures.append, self.stop)
        )

    def build(self) -> None:
        self.builds.append(build(self.articles, self.index, FakeEncoder()).written)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def watched(folder: Path) -> Iterator[Watch]:
    watch = Watch(folder)
    watch.thread.start()
    try:
        until(lambda: bool(watch.builds or watch.failures))
        time.sleep(0.3)
        yield watch
    finally:
        watch.stop.set()
        watch.thread.join(PATIENCE)
    assert not watch.thread.is_alive()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "QUIET_MS", 150)
    monkeypatch.setattr(watch, "RETRY_MS", 300)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    lay_out(tmp_path / "articles", BEFORE)
    return tmp_path


def fresh(place: Path, articles: dict[str, str]) -> str:
    lay_out(place / "other", articles)
    build(place / "other", place / "fresh", FakeEncoder(), replace_folder=True)
    return seen(place / "fresh")


def test_changes_are_taken_up(place: Path) -> None:
    expected = fresh(place, AFTER)
    with watched(place) as watch:
        lay_out(place / "articles", AFTER)
        until(lambda: len(watch.builds) > 1 and seen(place / "index") == expected)
    assert watch.failures == []


def test_burst_of_changes_is_built_once(place: Path) -> None:
    with watched(place) as watch:
        for number in range(20):
            (place / "articles" / f"{number}.txt").write_text(f"Article of number {number} is here.\n")
        until(lambda: True in watch.builds[1:])
        time.sleep(0.4)
        assert watch.builds.count(True) == 2


def test_files_that_come_and_go_while_they_are_read_end_nothing(place: Path) -> None:
    with watched(place) as watch:
        for number in range(60):
            path = place / "articles" / f"{number % 4}.txt"
            if number % 3 == 2:
                path.unlink(missing_ok=True)
            else:
                path.write_text(f"Edition {number} of it. " * 200)
            os.utime(place / "articles" / "fox.txt")
            time.sleep(0.01)
        lay_out(place / "articles", AFTER)
        expected = fresh(place, AFTER)
        until(lambda: seen(place / "index") == expected)
    assert watch.failures == []


def test_folder_that_goes_keeps_the_index_and_is_followed_again_when_it_is_back(place: Path) -> None:
    with watched(place) as watch:
        before = seen(place / "index")
        (place / "articles").rename(place / "away")
        until(lambda: any(isinstance(error, ArticlesMissing) for error in watch.failures))
        assert seen(place / "index") == before
        lay_out(place / "away", AFTER)
        (place / "away").rename(place / "articles")
        expected = fresh(place, AFTER)
        until(lambda: seen(place / "index") == expected)


def test_build_that_found_the_index_busy_is_tried_again(place: Path) -> None:
    expected = fresh(place, AFTER)
    with watched(place) as watch:
        with writer_lock(place / "index"):
            lay_out(place / "articles", AFTER)
            until(lambda: any(isinstance(error, IndexBusy) for error in watch.failures))
        until(lambda: seen(place / "index") == expected)


def test_own_index_inside_the_folder_starts_no_build(place: Path) -> None:
    root, index = place / "articles", place / "articles" / "kept"
    assert watch._may_matter(root / "fox.txt", root, index)
    assert not watch._may_matter(index / "generations" / ".new", root, index)
    assert not watch._may_matter(root / ".qa" / "lock", root, place / "index")


def test_command_follows_until_it_is_interrupted(encoder_folder: Path, place: Path) -> None:
    (place / "index").mkdir()
    (place / "index" / "encoder").symlink_to(encoder_folder)
    command = [sys.executable, "-m", "qa", "index", "--watch", "--index", str(place / "index"), str(place / "articles")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        assert any(line == f"Watching {place / 'articles'} (Ctrl-C stops)\n" for line in lines)
        time.sleep(0.5)
        (place / "articles" / "new.txt").write_text("A heron waits for fish beside the river.\n")
        assert any(line == "1 article added, 0 changed, 0 removed\n" for line in lines)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
