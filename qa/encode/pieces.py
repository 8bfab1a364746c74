"""What the letters of a text tell of its word pieces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa.protocols import CAPITAL, CONTINUES_WORD, DIGIT, WordPieces


def word_pieces(text: str, ids: Sequence[int], spans: Sequence[tuple[int, int]], words: Sequence[int]) -> WordPieces:
    """Return the pieces of a text with their marks; words numbers the word that each of them is of."""
    places = np.array(spans, np.int32).reshape(-1, 2)
    starts, ends = places[:, 0], places[:, 1]
    continues = np.diff(np.array(words, np.int64), prepend=-2) == 0
    capital = np.array([text[start : start + 1].isupper() for start in starts.tolist()], np.bool_)
    digits = np.cumsum([0, *map(str.isdigit, text[: ends.max(initial=0)])])
    marks = np.where(continues, CONTINUES_WORD, 0).astype(np.int32)
    marks[capital & ~continues] |= CAPITAL
    marks[digits[ends] > digits[starts]] |= DIGIT
    return WordPieces(np.array(ids, np.int32), places, marks)
