"""A pair that the reader learns from: a question, a passage, and whether the passage answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from qa.records import Span

Kind = Literal["given", "mined", "shortened", "control", "swapped", "retrieved", "random"]
Option = TypeVar("Option")


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage; ``kind`` is the origin of the pair.

    ``answers`` are spans of the passage; none when it does not answer. Pairs of one ``group`` are about one text;
    all of them are trained on, or all are held out.
    """

    question: str
    passage: str
    answerable: bool
    answers: tuple[Span, ...]
    kind: Kind
    source: str
    group: str

    def usable(self) -> bool:
        """Return whether the pair can be trained on: it has its answers, or is a negative."""
        return bool(self.answers) == self.answerable


def plain(text: str) -> str:
    """Return the words in lower case with one space between them.

    >>> plain("The King’s “No”!")
    'the king s no'
    """
    return re.sub(r"[^\w]+", " ", text.lower()).strip()


def pick(options: Sequence[Option], chance: np.random.Generator) -> Option:
    """Return one of the options at random."""
    return options[int(chance.integers(len(options)))]
