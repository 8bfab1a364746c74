"""The power goes while an index is built: what was not synced is lost, in part or in another order.

The build runs on a real folder. At every fsync of ours a set of disks is made as a power cut there could have left
them: a file's content is sure once the file was synced, a name in a folder once the folder was; everything else may be
as it was, as it is now, or, for content, cut short. Each of these disks has to hold the old index or the new one.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa.errors import IndexMissing
from tests.reliability.corpus import AFTER, BEFORE, index_articles, lay_out, seen
from tests.reliability.sweeping import SEED, TALLY, sampled

MIXES = 4


class Disk:
    """What is sure to survive of a folder, told of every sync."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._held: dict[int, int] = {}
        self._contents: dict[int, bytes] = {}
        self._names: dict[int, dict[str, int]] = {}
        for folder, _, files in os.walk(root):
            self.sync(Path(folder))
            for name in files:
                self.sync(Path(folder, name))

    def sync(self, path: Path) -> None:
        """Make sure what this file or folder holds now."""
        if path.is_dir():
            self._names[path.stat().st_ino] = self._listed(path)
        else:
            self._contents[self._number(path)] = self._now(self._number(path))

    def _listed(self, folder: Path) -> dict[str, int]:
        return {path.name: self._number(path) for path in folder.iterdir()}

    def _number(self, path: Path) -> int:
        """Return the inode, held open so that its number is given to no other file."""
        number = path.stat().st_ino
        if number not in self._held:
            self._held[number] = os.open(path, os.O_RDONLY)
        return number

    def _now(self, number: int) -> bytes:
        return os.pread(self._held[number], os.fstat(self._held[number]).st_size, 0)

    def close(self) -> None:
        for held in self._held.values():
            os.close(held)

    def cut_power(self, target: Path, dice: random.Random, *, lose_all: bool) -> None:
        """Make the target folder one that a power cut now could leave."""
        current: dict[int, dict[str, int]] = {}
        for folder, _, _ in os.walk(self._root):
            current[Path(folder).stat().st_ino] = self._listed(Path(folder))
        self._make(self._root.stat().st_ino, target, current, dice, lose_all)

    def _make(
        self, folder: int, target: Path, current: dict[int, dict[str, int]], dice: random.Random, lose_all: bool
    ) -> None:
        target.mkdir()
        sure, now = self._names.get(folder, {}), current.get(folder, {})
        for name in sorted({*sure, *now}):
            number = sure.get(name) if lose_all or dice.random() < 0.5 else now.get(name)
            if number is None:
                continue
            if number in current or number in self._names:
                self._make(number, target / name, current, dice, lose_all)
            else:
                (target / name).write_bytes(self._left(number, dice, lose_all))

    def _left(self, number: int, dice: random.Random, lose_all: bool) -> bytes:
        sure, now = self._contents.get(number, b""), self._now(number)
        if sure == now or lose_all:
            return sure
        return dice.choice([sure, now, now[: len(now) // 2], bytes(len(now))])


@contextmanager
def told_of_syncs(monkeypatch: pytest.MonkeyPatch, told: Callable[[Path], None]) -> Iterator[None]:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        told(Path(f"/proc/self/fd/{descriptor}").readlink())

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        yield


def state(index: Path) -> str:
    try:
        return seen(index)
    except IndexMissing:
        return "missing"


@pytest.mark.parametrize("before", ["fresh", "update"])
def test_power_cut_leaves_the_old_index_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc to know what is synced")
    articles, index = tmp_path / "articles", tmp_path / "index"
    index.mkdir()
    if before == "update":
        lay_out(articles, BEFORE)
        index_articles(articles, index)
    old = state(index)
    lay_out(articles, AFTER)
    index_articles(articles, tmp_path / "fresh")
    new = state(tmp_path / "fresh")
    points = set(sampled(range(200), 30))
    wrong: list[str] = []
    disk, at = Disk(index), 0

    def cut(path: Path) -> None:
        """Cut the power right before this sync counts, then let it count."""
        nonlocal at
        if path.is_relative_to(index):
            at += 1
            if at in points:
                wrong.extend(f"sync {at} of {path.name}, disk {number}: {found}" for number, found in disks(at))
            disk.sync(path)

    def disks(at: int) -> Iterator[tuple[int, str]]:
        for number in range(MIXES):
            dice = random.Random(f"{SEED} {at} {number}")  # noqa: S311 - a sample, not a secret
            target = tmp_path / "cut"
            disk.cut_power(target, dice, lose_all=number == 0)
            found = state(target)
            TALLY[f"power cut {before}: {'old' if found == old else 'new' if found == new else 'another'} index"] += 1
            if found not in {old, new}:
                yield number, found
            shutil.rmtree(target)

    with told_of_syncs(monkeypatch, cut):
        index_articles(articles, index)
    points.add(at := at + 1)
    wrong.extend(f"at the end, disk {number}: {found}" for number, found in disks(at))
    disk.close()
    assert wrong == []
    assert at > 30
    assert state(index) == new
