"""The engine: search, read, quote, compose."""

from __future__ import annotations

import time

from qa.answer import compose
from qa.answer.confidence import Confidence
from qa.answer.evidence import weigh
from qa.answer.reader import Reader
from qa.answer.reading import Results, read_found
from qa.citations.statements import quote_all, unsupported
from qa.core_pool import CorePool
from qa.protocols import Encoder, Snapshot, SnapshotSource
from qa.records import Answer, SearchResult
from qa.requests import AskRequest, SearchRequest
from qa.search.fuse import Mix
from qa.search.searcher import Searcher


class Engine:
    """Answers questions from the current snapshot; one engine serves every interface and all threads."""

    def __init__(
        self,
        encoder: Encoder,
        snapshots: SnapshotSource,
        reader: Reader,
        confidence: Confidence,
        mix: Mix,
        cores: CorePool,
    ) -> None:
        self._encoder = encoder
        self._snapshots = snapshots
        self._searcher = Searcher(encoder, mix)
        self._reader = reader
        self._confidence = confidence
        self._cores = cores

    @property
    def encoder(self) -> Encoder:
        """Return the encoder of the questions."""
        return self._encoder

    @property
    def reader(self) -> Reader:
        """Return the reader of the passages."""
        return self._reader

    @property
    def snapshot(self) -> Snapshot:
        """Return the current snapshot."""
        return self._snapshots.current()

    def close(self) -> None:
        """Close the index; text that was removed meanwhile goes with its last reader."""
        self._snapshots.close()

    def search(self, request: SearchRequest) -> SearchResult:
        """Return the passages for a request, best first, all of them from one snapshot; nothing is quoted."""
        started = time.perf_counter()
        snapshot = self.snapshot
        with self._cores:
            results = self.results(request, snapshot)
            return SearchResult(
                id=request.id,
                question=request.question,
                searched_for=results.leading.text,
                reading=results.leading.kind,
                passages=compose.passages(results.ranked()[: request.passages]),
                index=snapshot.info,
                took_ms=_milliseconds_since(started),
            )

    def ask(self, request: AskRequest) -> Answer:
        """Return the Answer to a request, all of it from one snapshot."""
        started = time.perf_counter()
        snapshot = self.snapshot
        with self._cores:
            results = self.results(request, snapshot)
            evidence = weigh(request.question, results.read, request.quotes, self._confidence, self._reader)
            cited = compose.citations(evidence.quotes, snapshot.text)
            if cited:
                answer, statements = quote_all(cited)
            else:
                answer = compose.refusal(snapshot.text, results.scope, evidence.unmet)
                statements = unsupported(answer)
            return Answer(
                id=request.id,
                question=request.question,
                searched_for=results.leading.text,
                reading=results.leading.kind,
                answered=bool(cited),
                support=evidence.support,
                confidence=round(evidence.confidence, 3),
                disagreement=evidence.disagreement,
                answer=answer,
                statements=statements,
                citations=cited,
                passages=compose.passages(results.ranked()[: request.passages]),
                index=snapshot.info,
                took_ms=_milliseconds_since(started),
            )

    def results(self, request: SearchRequest, snapshot: Snapshot) -> Results:
        """Return the passages for a request as they were found and read, best first."""
        return read_found(self._searcher.find(request, snapshot), snapshot, self._reader)


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
