"""Figures for Prometheus: how long requests and answers take, how many are refused, which index answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import cast

from flask import Blueprint, Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from qa.records import Answer, IndexInfo

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

blueprint = Blueprint("metrics", __name__)


class Metrics:
    """The figures of one application; ``further`` are those of what it asks."""

    def __init__(self, indexes: Callable[[], Sequence[IndexInfo]], further: Sequence[Collector] = ()) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "qa_request_duration_seconds",
            "Time to the end of a response's headers, by route and class of status.",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._stages = Histogram(
            "qa_stage_duration_seconds",
            "Time that a stage of answering takes.",
            ("stage",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._answers = Counter("qa_answers", "Questions by what came of them.", ("outcome",), registry=self._registry)
        self._overloads = Counter(
            "qa_overloads", "Requests turned away because the queue was full.", registry=self._registry
        )
        for outcome in ("answered", "refused"):
            self._answers.labels(outcome)
        for collector in (_IndexFigures(indexes), *further):
            self._registry.register(collector)
        ProcessCollector(registry=self._registry)

    def request(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count a request; a route is its template, never an address as it was typed."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route or "none", f"{status // 100}xx").observe(seconds)

    def answer(self, answer: Answer, seconds: float) -> None:
        """Count an answer or a refusal."""
        self._answers.labels("answered" if answer.answered else "refused").inc()
        self._stages.labels("answer").observe(seconds)

    def search(self, seconds: float) -> None:
        """Time a search, which is neither an answer nor a refusal."""
        self._stages.labels("search").observe(seconds)

    def overload(self) -> None:
        """Count a request that was turned away because the queue was full."""
        self._overloads.inc()

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self._registry)


class _IndexFigures(Collector):
    """The indexes that answer at the moment of asking, so that the labels of older generations do not stay.

    Those of collections have their name as a label too.
    """

    def __init__(self, indexes: Callable[[], Sequence[IndexInfo]]) -> None:
        self._indexes = indexes

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        indexes = self._indexes()
        names = ["collection"] if any(info.collection for info in indexes) else []
        snapshot = GaugeMetricFamily("qa_index", "The index that answers.", labels=["generation", "model", *names])
        articles = GaugeMetricFamily("qa_index_articles", "Articles in the index.", labels=names)
        paragraphs = GaugeMetricFamily("qa_index_paragraphs", "Paragraphs in the index.", labels=names)
        for info in indexes:
            own = [info.collection or ""] if names else []
            snapshot.add_metric([info.generation, info.model, *own], 1)
            articles.add_metric(own, info.articles)
            paragraphs.add_metric(own, info.paragraphs)
        yield from (snapshot, articles, paragraphs)


@blueprint.get("/metrics")
def scrape() -> Response:
    """Return the figures of this process for Prometheus."""
    metrics = cast(Metrics, current_app.extensions["qa_metrics"])
    return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST)
