"""The seam between finding passages and answering: what a reader is given and what it has to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.answer.question import Question
from qa.protocols import Matrix, StoredParagraph


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with what a reader needs of it: all readings of the question and its token vectors (n, t)."""

    paragraph: StoredParagraph
    questions: tuple[Question, ...]
    score: float
    tokens: Matrix


@dataclass(frozen=True, slots=True)
class Quote:
    """What is quoted of a paragraph, in offsets of its article, and how well it meets the question."""

    paragraph: StoredParagraph
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        return self.paragraph.text[self.start - self.paragraph.start : self.end - self.paragraph.start]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a reader found: quotes, best first, and how probable it is that they answer.

    ``disagreement`` says that two of the quotes contradict each other.
    """

    quotes: tuple[Quote, ...]
    confidence: float
    disagreement: bool = False


class Reader(Protocol):
    """Chooses the answer from the passages found; an implementation quotes, it never writes."""

    def read(self, passages: Sequence[Found], quotes: int) -> Evidence:
        """Return at most so many quotes, each from another paragraph; passages come best first, never empty."""
        ...
