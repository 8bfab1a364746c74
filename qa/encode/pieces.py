"""Word pieces with the marks of their letters: capitals, digits, continued words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from qa.protocols import CAPITAL, CONTINUES_WORD, DIGIT, WordPieces


def word_pieces(text: str, ids: Sequence[int], spans: Sequence[tuple[int, int]], words: Sequence[int]) -> WordPieces:
    """Return the pieces of a text with their marks; words gives the number of each piece's word."""
    return WordPieces(
        np.array(ids, np.int32),
        np.array(spans, np.int32).reshape(-1, 2),
        np.array(list(_marks(text, spans, words)), np.int32),
    )


def _marks(text: str, spans: Sequence[tuple[int, int]], words: Sequence[int]) -> Iterator[int]:
    before = None
    for (start, end), word in zip(spans, words, strict=True):
        piece = text[start:end]
        mark = CONTINUES_WORD if word == before else CAPITAL * text[start : start + 1].isupper()
        yield mark | DIGIT * (not piece.isalpha() and any(map(str.isdigit, piece)))
        before = word
