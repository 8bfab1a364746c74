"""The engine: search, read, quote, compose."""

from __future__ import annotations

import time
from collections.abc import Sequence
from copy import copy

import msgspec

from qa.answer import compose
from qa.answer.confidence import Confidence
from qa.answer.disagreement.find import FindDisagreement
from qa.answer.disagreement.sides import Comparison
from qa.answer.evidence import Evidence, doubt, weigh, withhold
from qa.answer.expected.unmet import describe_unnamed, find_unmet_years, names_anything
from qa.answer.limits import note_on, note_on_language, note_on_years, reply_to
from qa.answer.reader import Reader
from qa.answer.reading import Results, read_found
from qa.citations.statements import quote_all, unsupported
from qa.core_pool import CorePool
from qa.protocols import Encoder, Snapshot, SnapshotSource
from qa.records import Answer, Citation, SearchResult
from qa.requests import MOST_QUOTES, AskRequest, SearchRequest, wants_writing
from qa.search.ranking.fuse import Mix
from qa.search.searcher import Searcher
from qa.text.overviews import overview_of


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
        find_disagreement: FindDisagreement,
    ) -> None:
        self._encoder = encoder
        self._snapshots = snapshots
        self._searcher = Searcher(encoder, mix)
        self._reader = reader
        self._confidence = confidence
        self._cores = cores
        self._find_disagreement = find_disagreement

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

    def with_confidence(self, confidence: Confidence) -> Engine:
        """Return an engine over the same index that judges by another confidence; closing either closes both."""
        other = copy(self)
        other._confidence = confidence
        return other

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
                passages=compose.passages(results.ranked()[: request.passages], snapshot.info.collection),
                index=snapshot.info,
                took_ms=_milliseconds_since(started),
                undated=0 if results.scope is None else results.scope.count_undated(snapshot.text.articles()),
            )

    def ask(self, request: AskRequest) -> Answer:
        """Return the Answer to a request, all of it from one snapshot."""
        started = time.perf_counter()
        snapshot = self.snapshot
        reply = reply_to(request.question)
        if reply is not None:
            return _reply(request, reply, snapshot, started)
        request = _widen(request)
        with self._cores:
            results = self.results(request, snapshot)
            evidence = self._weigh(request, results, snapshot)
            cited = compose.citations(evidence.quotes, snapshot.text, snapshot.info.collection)
            years = _unmet_years(request.question, evidence, cited)
            evidence = doubt(evidence, self._confidence) if years else evidence
            language = note_on_language(results.leading, snapshot.text)
            note = _join(_note_on_undone(request, cited), language, note_on_years(years))
            if cited:
                undated = compose.describe_undated(snapshot.text, results.scope)
                answer, statements = quote_all(cited, _join(note, undated))
            else:
                answer = _join(note, compose.refusal(snapshot.text, results.scope, evidence.unmet))
                statements = unsupported(answer)
            return Answer(
                id=request.id,
                question=request.question,
                searched_for=results.leading.text,
                reading=results.leading.kind,
                answered=bool(cited),
                support=evidence.support,
                confidence=round(evidence.confidence, 3),
                disagreement=evidence.disagreement is not None,
                disagreement_kind=evidence.disagreement.kind if evidence.disagreement else None,
                answer=answer,
                statements=statements,
                citations=cited,
                passages=compose.passages(results.ranked()[: request.passages], snapshot.info.collection),
                index=snapshot.info,
                took_ms=_milliseconds_since(started),
                further=evidence.further,
            )

    def results(self, request: SearchRequest, snapshot: Snapshot) -> Results:
        """Return the passages for a request as they were found and read, best first."""
        return read_found(self._searcher.find(request, snapshot), snapshot, self._reader)

    def _weigh(self, request: AskRequest, results: Results, snapshot: Snapshot) -> Evidence:
        """Return what is quoted, which is nothing where its articles lack a year or name of the question."""
        comparison = Comparison(self._find_disagreement, lambda article: snapshot.text.article(article).date)
        evidence = weigh(request.question, results.read, request.quotes, self._confidence, self._reader, comparison)
        if not evidence.quotes or not names_anything(request.question):
            return evidence
        ids = dict.fromkeys(quote.paragraph.article_id for quote in evidence.quotes)
        articles = [snapshot.text.article(article_id) for article_id in ids]
        unmet = describe_unnamed(request.question, results.leading.text, articles, snapshot.words.terms)
        return withhold(evidence, unmet, self._confidence) if unmet else evidence


def _wants_overview(request: AskRequest) -> bool:
    """Return whether an overview is asked for that is written from the quotations."""
    return wants_writing(request) and overview_of(request.question) is not None


def _widen(request: AskRequest) -> AskRequest:
    """Return the request with as many quotations as there may be where an overview is written from them."""
    return msgspec.structs.replace(request, quotes=MOST_QUOTES) if _wants_overview(request) else request


def _note_on_undone(request: AskRequest, cited: Sequence[Citation]) -> str:
    return "" if cited and _wants_overview(request) else note_on(request.question, quoted=bool(cited))


def _unmet_years(question: str, evidence: Evidence, cited: Sequence[Citation]) -> tuple[str, ...]:
    """Return the years of the question that neither the first passage quoted nor its article's title and date name."""
    if not cited:
        return ()
    first = cited[0]
    return find_unmet_years(question, [evidence.quotes[0].paragraph.text, first.title, first.date or ""])


def _join(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _reply(request: AskRequest, reply: str, snapshot: Snapshot, started: float) -> Answer:
    """Return the answer to small talk, which nothing is searched for."""
    return Answer(
        id=request.id,
        question=request.question,
        searched_for=request.question,
        reading="alone",
        answered=False,
        support="none",
        confidence=0.0,
        disagreement=False,
        answer=reply,
        statements=unsupported(reply),
        citations=(),
        passages=(),
        index=snapshot.info,
        took_ms=_milliseconds_since(started),
    )


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
