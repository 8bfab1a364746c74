"""A pair that the reader learns from, and the families of pairs that stand in one batch."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

import numpy as np

from qa.records import Span

Kind = Literal["given", "twin", "human", "edited", "shortened", "control", "mined", "retrieved", "beside", "random"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Kinds whose passage is merely another one than the one that answers.
OTHER_PASSAGES: tuple[Kind, ...] = ("mined", "retrieved", "beside", "random")
UNKNOWN = -1
HELD_OUT_PERCENT = 4  # of the passages
Option = TypeVar("Option")


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage.

    ``relevant`` is 1 where a search for the question should find the passage, 0 where it should not, UNKNOWN where the
    source does not say; ``answerable`` says the same of whether the passage answers. ``answers`` are spans of the
    passage, empty where they are not known. ``kind`` is the origin of the pair.
    """

    question: str
    passage: str
    relevant: int
    answerable: int
    answers: tuple[Span, ...]
    kind: Kind
    source: str
    title: str


@dataclass(frozen=True, slots=True)
class Family:
    """Pairs of one batch: if ``listed`` one question and several passages, otherwise one passage and several questions.

    ``group`` identifies the passage that they are about. All families of a group are trained on, or all are held out.
    """

    pairs: tuple[Pair, ...]
    listed: bool
    group: str

    def held_out(self) -> bool:
        """Return whether the family is kept for measuring."""
        return zlib.crc32(self.group.encode()) % 100 < HELD_OUT_PERCENT


def pick(options: Sequence[Option], chance: np.random.Generator) -> Option:
    """Return one of the options at random."""
    return options[int(chance.integers(len(options)))]
