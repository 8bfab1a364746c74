"""An index build that dies, or whose system calls fail, leaves the old index or the new one, whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from qa.answer.engine import Engine
from qa.records import Answer
from qa.requests import AskRequest
from qa.store.folder.manifest import read_current
from tests.reliability.corpus import (
    AFTER,
    BEFORE,
    QUESTIONS,
    following,
    index_articles,
    lay_out,
    opened,
    seen,
    timeless,
)
from tests.reliability.straced import (
    EVERY,
    KILLED,
    MAKING,
    OPENING,
    REMOVING,
    WRITING,
    Builder,
    builder,
    calls,
    require_strace,
)
from tests.reliability.sweeping import TALLY, sampled

NAMING = f"{OPENING},{MAKING},{REMOVING}"
CHANGING = f"{WRITING},{NAMING}"
READING = "read,pread64,readv,getdents64,mmap,flock,fcntl,close"
# A full or read-only disk stays so; a bad sector and a lack of descriptors pass.
HARMS = {
    "kill": (CHANGING, "signal=KILL:when={}"),
    "ENOSPC": (f"{WRITING},{MAKING}", "error=ENOSPC:when={}+"),
    "ENOSPC at opening": (OPENING, "error=ENOSPC:when={}"),
    "EROFS": (f"{MAKING},{REMOVING}", "error=EROFS:when={}+"),
    "EROFS at opening": (OPENING, "error=EROFS:when={}"),
    "EMFILE": (OPENING, "error=EMFILE:when={}"),
    "EIO": (f"{CHANGING},{READING}", "error=EIO:when={}"),
}
STATES = ("fresh", "update")
PLACES = ("start", "tantivy")
SAMPLE = {"kill": 5, "ENOSPC": 3, "ENOSPC at opening": 1, "EROFS": 2, "EROFS at opening": 1, "EMFILE": 1, "EIO": 3}


@dataclass(frozen=True)
class World:
    """A folder of articles with an index before and after they changed, and who builds."""

    folder: Path
    builder: Builder
    before: str
    after: set[str]
    answers: list[list[Answer]]

    @property
    def articles(self) -> Path:
        return self.folder / "articles"

    def prepare(self, state: str) -> Path:
        """Return the index as it is before the build."""
        index = self.folder / "index"
        shutil.rmtree(index, ignore_errors=True)
        if state == "update":
            shutil.copytree(self.folder / "before", index)
        return index


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    require_strace()
    folder = tmp_path_factory.mktemp("crash")
    articles = folder / "articles"
    # An article that cannot be read is left out and told; all that may be left of the new state is known.
    after, all_answers = set(), []
    for left_out in [None, *AFTER]:
        lay_out(articles, {name: text for name, text in AFTER.items() if name != left_out})
        index_articles(articles, folder / f"after {left_out}")
        after.add(seen(folder / f"after {left_out}"))
        all_answers.append(asked(following(folder / f"after {left_out}")))
    lay_out(articles, BEFORE)
    index_articles(articles, folder / "before")
    before = seen(folder / "before")
    all_answers.append(asked(following(folder / "before")))
    lay_out(articles, AFTER)
    with builder() as forking:
        yield World(folder, forking, before, after, all_answers)


def count_of(world: World, state: str, at: str, names: str) -> int:
    """Return how many of these calls the busiest thread makes."""
    index = world.prepare(state)
    log = world.folder / "log"
    assert world.builder.run(world.articles, index, "", at, log).code == 0
    wanted = {name.lstrip("?") for name in names.split(",")}
    found = calls(log)
    first = min(found)
    threads = found if at == "start" else {thread: one for thread, one in found.items() if thread != first}
    return max(sum(call in wanted for call in one) for one in threads.values())


@pytest.mark.parametrize("at", PLACES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("harm", HARMS)
def test_harmed_build_leaves_the_old_index_or_the_new_one_whole(world: World, harm: str, state: str, at: str) -> None:
    names, how = HARMS[harm]
    count = count_of(world, state, at, names)
    assert count > 0
    faults = []
    for number in sampled(range(1, count + 1), SAMPLE[harm]):
        fault = outcome(world, harm, state, at, f"{names}:{how.format(number)}")
        TALLY[f"{harm} {state} {at}: {fault or 'as promised'}"] += 1
        if fault:
            faults.append(f"call {number} of {count}: {fault}")
    assert faults == []


@pytest.mark.parametrize("state", STATES)
def test_short_writes_leave_the_old_index_or_the_new_one_whole(world: World, state: str) -> None:
    longest = max(path.stat().st_size for path in (world.folder / "before").rglob("*"))
    faults = []
    for size in sampled(range(1, longest, longest // 100), 4):
        fault = outcome(world, "short write", state, "start", "", size)
        TALLY[f"short write {state}: {fault or 'as promised'}"] += 1
        if fault:
            faults.append(f"files of {size} bytes at most: {fault}")
    assert faults == []


def outcome(
    world: World, harm: str, state: str, at: str, expression: str, longest_file: int | None = None
) -> str | None:
    """Return what is wrong after this harm, None when all is as promised."""
    index = world.prepare(state)
    reader = following(index) if state == "update" else None
    ended = world.builder.run(world.articles, index, expression, at, longest_file=longest_file)
    if reader is not None and not goes_on(now := asked(reader), world.answers):
        differing = [one.question for one, was in zip(now, world.answers[-1], strict=True) if one != was]
        return f"exit {ended.code}, and the reader that was there did not go on with {differing}: {ended.told}"
    del reader
    if ended.code not in ((KILLED, 0) if harm == "kill" else (3, 0)):
        return f"exit {ended.code}: {ended.told[-400:]}"
    if ended.code == 3 and (ended.told.count("\n") != 1 or not ended.told.startswith("qa: ")):
        return f"not in plain words: {ended.told}"
    state_now = "missing" if read_current(index) is None else seen(index)
    allowed = world.after if ended.code == 0 else {*world.after, world.before if state == "update" else "missing"}
    if state_now not in allowed:
        return f"exit {ended.code} and another state than the old or the new: {ended.told}"
    if harm == "ENOSPC" and ended.code == 3 and (left := leftovers(index)):
        return f"left behind: {left}"
    index_articles(world.articles, index)
    if seen(index) not in world.after or leftovers(index):
        return f"the next build did not mend it: {leftovers(index)}"
    return None


def goes_on(now: list[Answer], states: list[list[Answer]]) -> bool:
    """Return whether a reader went on with the old state, the last of these, and then perhaps with one new state.

    It looks for a new generation a few times a second, so that may be between two questions.
    """
    before = states[-1]
    return any(now == [*before[:count], *after[count:]] for after in states for count in range(len(before) + 1))


def asked(engine: Engine) -> list[Answer]:
    return [timeless(engine.ask(AskRequest(question))) for question in QUESTIONS]


def leftovers(index: Path) -> list[str]:
    """Return all files that do not belong to the current generation."""
    expected = {index / "lock", index / "cleaning.lock", index / "current", index / "scan.json"}
    if read_current(index) is not None:
        with opened(index) as snapshot:
            manifest = snapshot.manifest
        if manifest.fallback is not None:  # Kept by a build that only added.
            return []
        expected |= {snapshot.folder.path / name for name in (*manifest.files, "manifest.json")}
        expected |= {index / "blocks" / f"{block.sha256}.tokens" for block in manifest.blocks}
    locks = {".tantivy-meta.lock", ".tantivy-writer.lock"}
    found = {path for path in index.rglob("*") if path.is_file() and path.name not in locks}
    return sorted(str(path.relative_to(index)) for path in found - expected)


def test_every_call_is_traced() -> None:
    assert set(READING.split(",")) <= set(EVERY.split(","))
