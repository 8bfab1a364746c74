"""Late interaction: how well each token of a question is met by some token of a passage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qa.protocols import Matrix, TokenRows, Vector


def best_matches(question: Matrix, passages: TokenRows) -> Matrix:
    """Return for each question token its best cosine in each passage, shape (m, passages); -1 for an empty passage.

    question (m, t) and passages.vectors (n, t) hold unit rows.
    """
    found: NDArray[np.float32] = np.full((len(question), len(passages.starts) - 1), -1.0, np.float32)
    filled = np.flatnonzero(np.diff(passages.starts))
    if len(filled) and len(question):
        similarities = question @ passages.vectors.T
        found[:, filled] = np.maximum.reduceat(similarities, passages.starts[filled], axis=1)
    return found


def max_sim(question: Matrix, weights: Vector, passages: TokenRows) -> Vector:
    """Return the weighted late-interaction score of each passage, in [-1, 1].

    question (m, t) holds unit rows; weights (m,) sum to 1. Khattab and Zaharia 2020, eq. 3, with weights.
    """
    scores: Vector = weights @ best_matches(question, passages)
    return scores
