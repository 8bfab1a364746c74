"""Texts as the reader gets them: token vectors, word pieces, and the flags and sentence of each token."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qa.answer.network import token_flags
from qa.protocols import Encoded, Encoder, Matrix
from qa.text.sentences import split_sentences


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text; vectors (n, t) are whole numbers of any length, so that all texts fit into memory.

    ids, flags, sentence (n,); spans (n, 2) in code points.
    """

    vectors: NDArray[np.int8]
    ids: NDArray[np.int64]
    spans: NDArray[np.int32]
    flags: NDArray[np.int64]
    sentence: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    def unit(self) -> Matrix:
        """Return the vectors with unit length."""
        vectors = self.vectors.astype(np.float32)
        unit: Matrix = vectors / np.sqrt(np.einsum("ij,ij->i", vectors, vectors) + 1e-6)[:, None]
        return unit

    def cut(self, first: int, end: int) -> Tokens:
        """Return the tokens [first, end); sentences are numbered from that of the first."""
        kept = slice(first, end)
        return Tokens(
            self.vectors[kept],
            self.ids[kept],
            self.spans[kept],
            self.flags[kept],
            self.sentence[kept] - self.sentence[first],
        )


@dataclass(frozen=True)
class TokenTable:
    """Encoded texts by row; vectors (texts, d) are their sentence vectors."""

    texts: Sequence[str]
    tokens: Sequence[Tokens]
    vectors: Matrix

    @cached_property
    def row(self) -> dict[str, int]:
        """The row of each text."""
        return {text: number for number, text in enumerate(self.texts)}


def encode_table(encoder: Encoder, texts: Iterable[str]) -> TokenTable:
    """Return the distinct texts, each encoded alone as in an index."""
    kept, tokens, vectors = list(dict.fromkeys(texts)), [], []
    for text, encoded in zip(kept, encoder.encode_all(kept), strict=True):
        tokens.append(_tokens(text, encoded))
        vectors.append(encoded.sentence)
    return TokenTable(kept, tokens, np.array(vectors, np.float32))


def _tokens(text: str, encoded: Encoded) -> Tokens:
    pieces = encoded.pieces
    begins = np.array([sentence.start for sentence in split_sentences(text, 0, len(text))], np.int64)
    sentence = (np.searchsorted(begins, pieces.spans[:, 0], side="right") - 1).clip(min=0)
    flags = token_flags(pieces, sentence)
    return Tokens(_as_int8(encoded.tokens), pieces.ids.astype(np.int64), pieces.spans, flags, sentence)


def _as_int8(vectors: Matrix) -> NDArray[np.int8]:
    largest = np.maximum(np.abs(vectors).max(1, keepdims=True, initial=0), 1e-6)
    rounded: NDArray[np.int8] = np.round(vectors * (127 / largest)).astype(np.int8)
    return rounded
