"""Calls with a deadline, and with another replica asked where one takes longer than most calls do."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event
from typing import TypeVar

from qa.errors import ClusterUnavailable, IndexCorrupt, QAError, StorageFailed

# Seconds in which a call has to be answered, that one attempt may take, and after which one that failed is made again.
DEADLINE, ATTEMPT, PAUSE = 20.0, 8.0, 0.2
# Attempts of a call that wait for their answers at the same time at most: two may be at a node that no longer answers.
ATTEMPTS = 4
# Calls whose duration is remembered; a second replica is asked where a call takes longer than this share of them.
REMEMBERED, SLOW_SHARE = 200, 0.95
# Seconds after which a second replica is asked at the earliest, and before enough calls were measured.
LEAST_DELAY, FIRST_DELAY = 0.03, 1.0
# Errors of one node, where another one may answer.
FAILURES_OF_A_NODE = (StorageFailed, IndexCorrupt)
# Calls that are under way at the same time at most.
THREADS = 64

Result = TypeVar("Result")


class Delay:
    """How long a call is waited for before a second replica is asked: longer than most calls took."""

    def __init__(self) -> None:
        self._taken: deque[float] = deque(maxlen=REMEMBERED)

    def add(self, seconds: float) -> None:
        """Remember how long a call took."""
        self._taken.append(seconds)

    @property
    def seconds(self) -> float:
        taken = sorted(self._taken)
        if len(taken) < REMEMBERED // 10:
            return FIRST_DELAY
        return max(LEAST_DELAY, taken[int(SLOW_SHARE * (len(taken) - 1))])


@dataclass(frozen=True)
class Attempt:
    """What an attempt may take: seconds, and no longer than until ``over`` is set, when its answer counts no more."""

    seconds: float
    over: Event


@dataclass
class _Asked:
    """One call: the attempts that are under way, and when the next one is due."""

    call: Callable[[Attempt], object]
    due: float
    over: Event = field(default_factory=Event)
    attempts: set[Future[object]] = field(default_factory=set)
    failure: Exception | None = None


class Hedger:
    """Makes several calls at the same time; one that is slow or fails is made again, and the first answer counts."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="shard")
        self._deadline = deadline
        self.delay = Delay()

    def ask(self, calls: Mapping[int, Callable[[Attempt], Result]]) -> dict[int, Result]:
        """Return the result of each call, which is given what its attempt may take.

        Raises ClusterUnavailable where one has no result in time, and the QAError that a call raises, unless it is one
        of its node.
        """
        begun = time.monotonic()
        waiting = {number: _Asked(call, begun) for number, call in calls.items()}
        everything = list(waiting.values())
        try:
            return self._answers(waiting, begun)  # type: ignore[return-value]  # of the calls of the same numbers
        finally:
            for asked in everything:
                asked.over.set()

    def _answers(self, waiting: dict[int, _Asked], begun: float) -> dict[int, object]:
        end = begun + self._deadline
        results: dict[int, object] = {}
        while waiting:
            now = time.monotonic()
            if now >= end:
                raise _unavailable(next(iter(waiting.values())).failure)
            for asked in waiting.values():
                if now >= asked.due:
                    self._try(asked, now, end)
            self._wait(waiting, end)
            for number, asked in list(waiting.items()):
                found = self._take(asked)
                if found is not None:
                    results[number] = found.result()
                    self.delay.add(time.monotonic() - begun)
                    asked.over.set()
                    del waiting[number]
        return results

    def close(self) -> None:
        """Wait for the attempts under way, ATTEMPT seconds at most: one that went on would join the cluster anew."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _try(self, asked: _Asked, now: float, end: float) -> None:
        """Make an attempt; the next one is due after twice the delay of the last."""
        asked.attempts.add(self._pool.submit(asked.call, Attempt(min(ATTEMPT, end - now), asked.over)))
        tries = len(asked.attempts)
        asked.due = now + self.delay.seconds * 2 ** (tries - 1) if tries < ATTEMPTS else end

    def _wait(self, waiting: Mapping[int, _Asked], end: float) -> None:
        attempts = [attempt for asked in waiting.values() for attempt in asked.attempts]
        until = min(end, *(asked.due for asked in waiting.values()))
        wait(attempts, max(0.0, until - time.monotonic()), FIRST_COMPLETED)

    def _take(self, asked: _Asked) -> Future[object] | None:
        """Return the attempt that has a result; forget those that failed, and have the call made again."""
        for attempt in [one for one in asked.attempts if one.done()]:
            error = attempt.exception()
            if error is None:
                return attempt
            is_refusal = isinstance(error, QAError) and not isinstance(error, FAILURES_OF_A_NODE)
            if is_refusal or not isinstance(error, Exception):
                raise error
            asked.attempts.discard(attempt)
            asked.failure = error
            asked.due = min(asked.due, time.monotonic() + PAUSE)
        return None


def _unavailable(cause: Exception | None) -> ClusterUnavailable:
    error = ClusterUnavailable("A part of the index has no copy that answers. Try again in a moment.")
    error.__cause__ = cause
    return error
