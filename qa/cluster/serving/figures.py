"""The figures of a front end about the shards that it asks, for its /metrics."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram

from qa.errors import ArticleNotFound, ClusterUnavailable

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
OUTCOMES = ("answered", "late", "failed")

Limit = TypeVar("Limit")
Result = TypeVar("Result")


class FrontFigures:
    """How long rounds take, what became of the calls of each shard, and how often a second replica was asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._rounds = Histogram(
            "qa_round_duration_seconds",
            "Time until all shards of a round have answered.",
            ("round",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._calls = Counter(
            "qa_shard_calls", "Calls of a shard by what came of them.", ("shard", "outcome"), registry=self.registry
        )
        self._hedged = Counter(
            "qa_shard_hedged_calls",
            "Calls made while another one of the same question was under way.",
            ("shard",),
            registry=self.registry,
        )
        self._unavailable = Counter(
            "qa_rounds_unavailable", "Rounds given up: a shard did not answer in time.", registry=self.registry
        )

    @contextmanager
    def round(self, calls: Mapping[int, Callable[..., object]]) -> Iterator[None]:
        """Time a round that answers, and count one that is given up."""
        started = time.perf_counter()
        try:
            yield
        except ClusterUnavailable:
            self._unavailable.inc()
            raise
        if calls:
            self._rounds.labels(name_of(next(iter(calls.values())))).observe(time.perf_counter() - started)

    def counted(self, shard: str, attempt: Callable[[Limit], Result]) -> Callable[[Limit], Result]:
        """Return the attempt of a call such that it is counted each time that it is made."""
        begun: list[None] = []
        ended: list[None] = []

        def make(limit: Limit) -> Result:
            if len(begun) > len(ended):
                self._hedged.labels(shard).inc()
            begun.append(None)
            outcome = "failed"
            try:
                result = attempt(limit)
                outcome = "answered"
            except ArticleNotFound:
                outcome = "answered"
                raise
            except TimeoutError:
                outcome = "late"
                raise
            finally:
                ended.append(None)
                self._calls.labels(shard, outcome).inc()
            return result

        return make

    def begin(self, shards: Iterable[str]) -> None:
        """Show shards that were not asked yet."""
        for shard in shards:
            self._hedged.labels(shard)
            for outcome in OUTCOMES:
                self._calls.labels(shard, outcome)

    def forget(self, shards: Iterable[str]) -> None:
        """Show shards no longer that nothing is asked any more."""
        for shard in shards:
            self._hedged.remove(shard)
            for outcome in OUTCOMES:
                self._calls.remove(shard, outcome)


# Of this process, however many indexes it opens.
FIGURES = FrontFigures()


def name_of(call: Callable[..., object]) -> str:
    """Return the name of what a call asks of a shard, such as ``search``."""
    asked = call.func if isinstance(call, partial) else call
    return asked.__name__
