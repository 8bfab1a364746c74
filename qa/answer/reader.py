"""The seam between search and answer: what a reader is given, and what it returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from qa.answer.disagreement.values import AnswerSpan
from qa.protocols import Matrix, StoredParagraph, StoredTokens, Vector
from qa.records import Span
from qa.search.question import Question


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with all interpretations of the question and its own tokens.

    score is that of the mix, late the late interaction and dense the cosine, each a mean over the interpretations.
    """

    paragraph: StoredParagraph
    questions: tuple[Question, ...]
    score: float
    late: float
    dense: float
    tokens: StoredTokens


@dataclass(frozen=True, slots=True)
class Quote:
    """A range of a paragraph to be quoted, in offsets of its article; emphasis is the part of it that answers."""

    paragraph: StoredParagraph
    start: int
    end: int
    emphasis: Span | None = None

    @property
    def text(self) -> str:
        return self.paragraph.text[self.start - self.paragraph.start : self.end - self.paragraph.start]


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of a passage that may be the answer, best first, and the log odds that it answers.

    Both come from one network, so that they are on one scale; there are none when they are not known.
    """

    answerable: float
    spans: tuple[AnswerSpan, ...]


NO_PHRASES = Phrases(0.0, ())


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage after reading.

    score: that of the mix, raised by what was read. relevant: the log odds that the passage is about what is asked.
    answerable: the log odds that it answers. sentences (sentences,): the log odds of each sentence to be the one that
    answers. Log odds are 0 when they are not known. phrases: those that may be the answer. words (2, n): the log odds
    of each of the n word pieces to begin and to end the words that answer, where they are known.
    """

    candidate: Candidate
    score: float
    relevant: float
    answerable: float
    sentences: Vector
    phrases: Phrases = NO_PHRASES
    words: Matrix | None = None


class Reader(Protocol):
    """Judges passages and chooses which range of each to quote; it never writes text of its own."""

    def read(self, passages: Sequence[Candidate]) -> list[ReadPassage]:
        """Return the judgement of every passage, in the order given."""
        ...

    def quote(self, passage: ReadPassage) -> Quote:
        """Return the range to quote of a passage, which lies inside its paragraph."""
        ...


class TwoReaders:
    """Two readers as one: scores and phrases of ``ranking``; log odds, sentences and quotes of ``judging``."""

    def __init__(self, ranking: Reader, judging: Reader) -> None:
        self._ranking = ranking
        self._judging = judging

    def read(self, passages: Sequence[Candidate]) -> list[ReadPassage]:
        ranked, judged = self._ranking.read(passages), self._judging.read(passages)
        return [
            replace(one, score=other.score, phrases=other.phrases) for one, other in zip(judged, ranked, strict=True)
        ]

    def quote(self, passage: ReadPassage) -> Quote:
        return self._judging.quote(passage)
