"""The seam between finding passages and answering: what a reader is given and what it has to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.protocols import StoredParagraph, TokenRows, Vector, WordPieces
from qa.search.question import Question


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with what a reader needs of it: all interpretations of the question, its n tokens and the word pieces
    that they belong to.

    score is the mix's, late the late interaction and dense the cosine, each a mean over the interpretations.
    """

    paragraph: StoredParagraph
    questions: tuple[Question, ...]
    score: float
    late: float
    dense: float
    tokens: TokenRows
    pieces: WordPieces


@dataclass(frozen=True, slots=True)
class Quote:
    """What is quoted of a paragraph, in offsets of its article."""

    paragraph: StoredParagraph
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.paragraph.text[self.start - self.paragraph.start : self.end - self.paragraph.start]


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage after reading.

    odds: the log odds that it answers, 0 when nothing is known. score: the mix's, raised by what was read. sentences
    (sentences,): the log probability of each sentence that it is the one that answers, 0 when nothing is known.
    """

    candidate: Candidate
    odds: float
    score: float
    sentences: Vector


class Reader(Protocol):
    """Judges passages and chooses what to quote of them; an implementation quotes, it never writes."""

    def read(self, passages: Sequence[Candidate]) -> list[ReadPassage]:
        """Return every passage as read, in the order given."""
        ...

    def quote(self, passage: ReadPassage) -> Quote:
        """Return what to quote of a passage."""
        ...
