"""A tiny encoder whose vectors can be computed by hand, so that tests assert exact values without loading a model."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from qa.answer.disagreement.find import DateOf, Disagreement, Side
from qa.encode.pieces import word_pieces
from qa.protocols import Encoded, Matrix, Vector

WORD = re.compile(r"\w+")


class FakeEncoder:
    """Every word is one axis: its token vector is 1 there and 0 elsewhere; the sentence is the words' sum, unit length.

    Axis of a word = 1 + crc32(word in lower case, UTF-8) % (dimension - 1); it is the word's token id too. A text
    without words has no tokens and the sentence vector (1, 0, 0, ...). With the default of 64 dimensions:

    >>> encoder = FakeEncoder()
    >>> encoder.axis("red"), encoder.axis("fox")
    (58, 48)
    >>> encoded = encoder.encode("Red fox, red!")  # counts: red 2, fox 1; length sqrt(5)
    >>> [round(float(encoded.sentence[axis]), 4) for axis in (58, 48)]
    [0.8944, 0.4472]
    >>> encoded.pieces.ids.tolist(), encoded.tokens.shape, float(encoded.tokens[1, 48])
    ([58, 48, 58], (3, 64), 1.0)

    Two words may fall on one axis; ``axis`` tells. A text of more than max_tokens words is cut off.
    """

    def __init__(self, dimension: int = 64, *, max_tokens: int = 256) -> None:
        self.dimension = dimension
        self.token_dimension = dimension
        self.max_tokens = max_tokens
        self.name = "fake"
        self.fingerprint = f"fake-{dimension}-{max_tokens}"

    def axis(self, word: str) -> int:
        """Return the axis on which this word's vector is 1."""
        return 1 + zlib.crc32(word.lower().encode()) % (self.dimension - 1)

    def count_tokens(self, text: str) -> int:
        return len(WORD.findall(text))

    def encode(self, text: str) -> Encoded:
        words = list(WORD.finditer(text))[: self.max_tokens]
        ids = [self.axis(word[0]) for word in words]
        tokens = np.zeros((len(ids), self.dimension), dtype=np.float32)
        tokens[np.arange(len(ids)), ids] = 1
        pieces = word_pieces(text, ids, [word.span() for word in words], range(len(words)))
        return Encoded(self._sentence(tokens), tokens, pieces)

    def encode_all(self, texts: Iterable[str]) -> Iterator[Encoded]:
        return map(self.encode, texts)

    def _sentence(self, tokens: Matrix) -> Vector:
        if not len(tokens):
            first_axis: Vector = np.eye(1, self.dimension, dtype=np.float32)[0]
            return first_axis
        total: Vector = tokens.sum(axis=0)
        return (total / np.linalg.norm(total)).astype(np.float32)


def no_disagreement(question: str, sides: Sequence[Side], date_of: DateOf) -> Disagreement | None:
    """Return that the sides agree."""
    return None
