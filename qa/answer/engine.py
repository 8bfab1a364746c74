"""The way of a question: read it, find candidates, rank them, read the best, compose the Answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from qa.answer import compose
from qa.answer.confidence import Confidence
from qa.answer.evidence import weigh
from qa.answer.reader import Candidate, Reader, ReadPassage
from qa.citations.statements import quote_all, unsupported
from qa.core_pool import CorePool
from qa.protocols import Encoder, Snapshot, SnapshotSource, StoredParagraph
from qa.records import Answer, Passage
from qa.requests import AskRequest
from qa.search.filters import allowed
from qa.search.fuse import Mix, Ranking
from qa.search.interpretation import Interpretation, changes_topic, interpret
from qa.search.kinds import settled
from qa.search.late_interaction import max_sim
from qa.search.question import Question, encode_question
from qa.search.ranker import find
from qa.search.spelling import respell

READ_DEPTH = 6
# Headings and bylines among the first are set back; so many more are looked at to fill their places.
SPARE_PASSAGES = 20


@dataclass(frozen=True, slots=True)
class Results:
    """What was found for a request: the first passages as read, all passages ranked, and the question as understood."""

    read: list[ReadPassage]
    passages: tuple[Passage, ...]
    asked: Question


class Engine:
    """Answers questions from the generation that is current; one engine serves every door and all threads."""

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
        self._reader = reader
        self._confidence = confidence
        self._mix = mix
        self._cores = cores
        self._known_words: WeakKeyDictionary[Snapshot, dict[str, str]] = WeakKeyDictionary()

    @property
    def encoder(self) -> Encoder:
        """Return the encoder that questions are encoded by."""
        return self._encoder

    @property
    def snapshot(self) -> Snapshot:
        """Return the generation that answers now."""
        return self._snapshots.current()

    def close(self) -> None:
        """Close the index; text that was removed meanwhile goes with its last reader."""
        self._snapshots.close()

    def ask(self, request: AskRequest) -> Answer:
        """Return the Answer to a request, all of it from one generation."""
        started = time.perf_counter()
        with self._cores:
            return self._answer(request, started)

    def _answer(self, request: AskRequest, started: float) -> Answer:
        snapshot = self.snapshot
        results = self.results(request, snapshot)
        evidence = weigh(request.question, results.read, request.quotes, self._confidence, self._reader)
        cited = compose.citations(evidence.quotes, snapshot.text)
        if cited:
            answer, statements = quote_all(cited)
        else:
            answer = compose.refusal(snapshot.text)
            statements = unsupported(answer)
        return Answer(
            id=request.id,
            question=request.question,
            searched_for=results.asked.text,
            reading=results.asked.kind,
            answered=bool(cited),
            confidence=round(evidence.confidence, 3),
            disagreement=evidence.disagreement,
            answer=answer,
            statements=statements,
            citations=cited,
            passages=results.passages,
            index=snapshot.info,
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )

    def results(self, request: AskRequest, snapshot: Snapshot) -> Results:
        """Return the passages for a request, best first, those that were read before the others."""
        questions = [self._question(one, snapshot) for one in interpret(request)]
        within = allowed(request, snapshot)
        among = within.rows if within else None
        ranking = find(questions, snapshot, among, self._mix, self._cores)
        if len(questions) > 1 and _changes_topic(questions[0], ranking, snapshot):
            questions = questions[:1]
            ranking = find(questions, snapshot, among, self._mix, self._cores)
        ranking = _settle(request, ranking, max(request.passages, READ_DEPTH), snapshot)
        paragraphs = snapshot.text.paragraphs(ranking.rows, within.articles if within else None)
        if not paragraphs:
            return Results([], (), questions[0])
        found = _found(ranking.at(slice(READ_DEPTH)), paragraphs[:READ_DEPTH], questions, snapshot)
        read = sorted(self._reader.read(found), key=lambda one: -one.score)
        ranked = [(one.candidate.paragraph, one.score) for one in read]
        ranked += zip(paragraphs[READ_DEPTH:], ranking.scores[READ_DEPTH:].tolist(), strict=True)
        leading = ranking.leading[ranking.rows.tolist().index(read[0].candidate.paragraph.row)]
        return Results(read, compose.passages(ranked[: request.passages]), questions[leading])

    def _question(self, interpretation: Interpretation, snapshot: Snapshot) -> Question:
        """Encode one way to read a question; what the caller says to search for is not respelled."""
        text = interpretation.text
        if interpretation.kind != "given":
            text = respell(text, snapshot, self._encoder, self._known_words.setdefault(snapshot, {}))
        return encode_question(text, interpretation.kind, self._encoder, snapshot)


def _changes_topic(question: Question, ranking: Ranking, snapshot: Snapshot) -> bool:
    rows = ranking.rows[:READ_DEPTH]
    if not len(rows):
        return False
    late = max_sim(question.tokens, question.weights, snapshot.tokens.rows(rows))
    dense = snapshot.dense.vectors(rows) @ question.encoded.sentence
    return changes_topic(question, float(late.max()), float(dense.max()))


def _settle(request: AskRequest, ranking: Ranking, count: int, snapshot: Snapshot) -> Ranking:
    """Return the best of the ranking, so many or fewer, after a look at what kind of paragraphs they are."""
    first = ranking.at(slice(count + SPARE_PASSAGES))
    kinds = snapshot.text.kinds(first.rows)
    return first.rescored(settled(request.question, kinds, first.scores)).at(slice(count))


def _found(
    ranking: Ranking, paragraphs: Sequence[StoredParagraph], questions: Sequence[Question], snapshot: Snapshot
) -> list[Candidate]:
    tokens = snapshot.tokens.rows(ranking.rows)
    return [
        Candidate(
            paragraph=paragraph,
            questions=tuple(questions),
            score=float(ranking.scores[at]),
            late=float(ranking.late[at]),
            dense=float(ranking.dense[at]),
            tokens=tokens.row(at),
            pieces=snapshot.tokens.pieces(paragraph.row),
        )
        for at, paragraph in enumerate(paragraphs)
    ]
