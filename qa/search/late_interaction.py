"""Late interaction: how well each token of a question is met by some token of a passage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.graphs import open_session
from qa.protocols import Matrix, TokenRows, Vector

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# One node, which qa/train/exporting/product.py wrote: passages (n, t) less 128, times questions (t, m), whole numbers.
PRODUCT = Path(__file__).with_name("product.onnx")
LARGEST = 127


@dataclass(frozen=True, slots=True)
class QuestionTokens:
    """Token vectors of a question with eight bits a number: columns (t, m) times steps (m,) are of unit length."""

    columns: NDArray[np.int8]
    steps: Vector


def question_tokens(vectors: Matrix) -> QuestionTokens:
    """Round unit rows (m, t) to eight bits, which moves a cosine by about .001 at most."""
    steps = np.maximum(np.abs(vectors).max(axis=1, initial=0), np.finfo(np.float32).tiny) / LARGEST
    return QuestionTokens(np.ascontiguousarray(np.rint(vectors / steps[:, None]).astype(np.int8).T), steps)


def best_matches(question: QuestionTokens, passages: TokenRows) -> Matrix:
    """Return for each question token its best cosine in each passage, shape (m, passages); -1 for an empty passage."""
    starts, steps = passages.starts[:-1], question.steps
    filled = starts < passages.starts[1:]
    found: NDArray[np.float32] = np.full((len(steps), len(starts)), -1.0, np.float32)
    if len(steps) and filled.any():
        [products] = _product().run(None, {"passages": passages.vectors, "questions": question.columns})
        similarities = products * passages.scales[:, None]
        found[:, filled] = np.maximum.reduceat(similarities, starts[filled], axis=0).T * steps[:, None]
    return found


def max_sim(question: QuestionTokens, weights: Vector, passages: TokenRows) -> Vector:
    """Return the weighted late-interaction score of each passage, in [-1, 1].

    weights (m,) of the question's tokens sum to 1. Khattab and Zaharia 2020, eq. 3, with weights.
    """
    scores: Vector = weights @ best_matches(question, passages)
    return scores


@cache
def _product() -> InferenceSession:
    return open_session(PRODUCT)
