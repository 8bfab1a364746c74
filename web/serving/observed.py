"""The engine as the interfaces see it, with each answer counted."""

from __future__ import annotations

import time

from flask import g, has_request_context

from qa.protocols import AnswerEngine, Encoder, Snapshot
from qa.records import Answer, SearchResult
from qa.requests import AskRequest, SearchRequest
from web.serving.metrics import Metrics


class ObservedEngine:
    """An engine whose answers are counted and noted for the log."""

    def __init__(self, engine: AnswerEngine, metrics: Metrics) -> None:
        self._engine = engine
        self._metrics = metrics

    @property
    def snapshot(self) -> Snapshot:
        return self._engine.snapshot

    @property
    def encoder(self) -> Encoder:
        return self._engine.encoder

    def search(self, request: SearchRequest) -> SearchResult:
        started = time.perf_counter()
        found = self._engine.search(request)
        self._metrics.search(time.perf_counter() - started)
        if has_request_context():
            g.setdefault("asked", []).append(request.question)
        return found

    def ask(self, request: AskRequest) -> Answer:
        started = time.perf_counter()
        answer = self._engine.ask(request)
        self._metrics.answer(answer, time.perf_counter() - started)
        if has_request_context():
            g.setdefault("asked", []).append(request.question)
            g.refusals = g.get("refusals", 0) + (not answer.answered)
        return answer
