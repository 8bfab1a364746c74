"""Late interaction in whole numbers: how well each token of a question is met by some token of a passage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.graphs import open_session
from qa.protocols import Matrix, Vector, WordPieces

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# One node, which qa/train/exporting/product.py wrote: (passages (n, t) - CENTRE) @ questions (t, m), in integers.
PRODUCT = Path(__file__).with_name("product.onnx")
# The unsigned byte that stands for 0 in a passage, and the largest byte of a question.
CENTRE, LARGEST = 128, 127


@dataclass(frozen=True, slots=True)
class RoundedQuestion:
    """Token vectors of a question with eight bits per number: columns (t, m) times steps (m,) are unit vectors."""

    columns: NDArray[np.int8]
    steps: Vector


def round_question(vectors: Matrix) -> RoundedQuestion:
    """Round unit rows (m, t) to eight bits, which moves a cosine by about 0.001 at most."""
    steps = np.maximum(np.abs(vectors).max(axis=1, initial=0), np.finfo(np.float32).tiny) / LARGEST
    return RoundedQuestion(np.ascontiguousarray(np.rint(vectors / steps[:, None]).astype(np.int8).T), steps)


@dataclass(frozen=True, slots=True)
class TokenRows:
    """The token vectors of several passages end to end, with eight bits per number.

    (vectors (n, t) - CENTRE) * scales (n,) are unit rows. Passage i owns those from starts[i] to starts[i + 1];
    starts (passages + 1,).
    """

    vectors: NDArray[np.uint8]
    scales: Vector
    starts: NDArray[np.int64]

    def unit(self) -> Matrix:
        """Return the vectors as unit rows, (n, t)."""
        vectors = self.vectors.astype(np.float32)
        vectors -= CENTRE
        vectors *= self.scales[:, None]
        return vectors

    def best_matches(self, question: RoundedQuestion) -> Matrix:
        """Return the best cosine of each question token in each passage, (m, passages); -1 for an empty passage."""
        starts, steps = self.starts[:-1], question.steps
        filled = starts < self.starts[1:]
        found: NDArray[np.float32] = np.full((len(steps), len(starts)), -1.0, np.float32)
        if len(steps) and filled.any():
            [products] = _product().run(None, {"passages": self.vectors, "questions": question.columns})
            similarities = products * self.scales[:, None]
            found[:, filled] = np.maximum.reduceat(similarities, starts[filled], axis=0).T * steps[:, None]
        return found


@dataclass(frozen=True, slots=True)
class BlockTokens:
    """The tokens of one passage, taken from a block; implements StoredTokens."""

    stored: TokenRows
    pieces: WordPieces

    def unit(self) -> Matrix:
        return self.stored.unit()

    def best_matches(self, question: Matrix, starts: NDArray[np.int64]) -> Matrix:
        return replace(self.stored, starts=starts).best_matches(round_question(question))


@cache
def _product() -> InferenceSession:
    return open_session(PRODUCT)
