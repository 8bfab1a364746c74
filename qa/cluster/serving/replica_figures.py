"""The figures of a replica, for the endpoint of its node of Ray, which labels them with the replica."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ray.serve import metrics

from qa.cluster.serving.figures import SECONDS, name_of
from qa.errors import ArticleNotFound
from qa.records import IndexInfo


class ReplicaFigures:
    """How long calls take and how many fail, by shard and round, and what the shard holds."""

    def __init__(self, shard: str, info: IndexInfo) -> None:
        self._info = info
        self._durations = _labelled(
            shard,
            metrics.Histogram(
                "qa_shard_call_duration_seconds",
                description="Time that a call takes in its replica.",
                boundaries=list(SECONDS),
                tag_keys=("shard", "round"),
            ),
        )
        self._errors = _labelled(
            shard,
            metrics.Counter("qa_shard_errors", description="Calls that failed.", tag_keys=("shard", "round")),
        )
        self._articles = _labelled(
            shard, metrics.Gauge("qa_shard_articles", description="Articles in the shard.", tag_keys=("shard",))
        )
        self._paragraphs = _labelled(
            shard, metrics.Gauge("qa_shard_paragraphs", description="Paragraphs in the shard.", tag_keys=("shard",))
        )
        self.show_size()

    def show_size(self) -> None:
        """Tell what the shard holds; Ray shows it until its next report, so it is told at every check."""
        self._articles.set(self._info.articles)
        self._paragraphs.set(self._info.paragraphs)

    @contextmanager
    def call(self, call: Callable[..., object]) -> Iterator[None]:
        """Time a call and count it where it fails; an article that is not there is an answer."""
        started, tags = time.perf_counter(), {"round": name_of(call)}
        try:
            yield
        except ArticleNotFound:
            raise
        except Exception:
            self._errors.inc(tags=tags)
            raise
        finally:
            self._durations.observe(time.perf_counter() - started, tags=tags)


def _labelled(shard: str, metric: Any) -> Any:
    metric.set_default_tags({"shard": shard})
    return metric
