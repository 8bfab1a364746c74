"""Question and passage as the network reads them: one window, or several overlapping ones where either is long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]

# Word pieces of a question and of a passage in one window, and from one window's beginning to the next one's.
QUESTION_PIECES, QUESTION_STRIDE = 64, 32
PASSAGE_PIECES, PASSAGE_STRIDE = 256, 128


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a question with a part of a passage, as word-piece ids; the passage's begin at its piece ``first``."""

    question: Ids
    passage: Ids
    first: int


def split_into_windows(question: Ids, passage: Ids) -> Iterator[Window]:
    """Yield every part of the question with every part of the passage; nothing where either is empty."""
    for _, asked in split_ids(question, QUESTION_PIECES, QUESTION_STRIDE):
        for first, part in split_ids(passage, PASSAGE_PIECES, PASSAGE_STRIDE):
            yield Window(asked, part, first)


def split_ids(ids: Ids, size: int, stride: int) -> Iterator[tuple[int, Ids]]:
    """Yield overlapping parts of at most ``size`` ids, each with its beginning; the last one reaches the end."""
    first = 0
    while first < len(ids):
        yield first, ids[first : first + size]
        first = len(ids) if first + size >= len(ids) else first + stride
