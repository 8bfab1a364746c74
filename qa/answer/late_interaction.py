"""Late interaction: how well each token of a question is met by some token of a passage."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from qa.graphs import open_session
from qa.protocols import Matrix, TokenRows, Vector

# One node, written by qa/train/product.py: passages (n, t) less 128, times questions (t, m), in whole numbers.
PRODUCT = Path(__file__).with_name("weights") / "product.onnx"
LARGEST = 127


def best_matches(question: Matrix, passages: TokenRows) -> Matrix:
    """Return for each question token its best cosine in each passage, shape (m, passages); -1 for an empty passage.

    question (m, t) holds unit rows; they are rounded to eight bits here, which moves a cosine by about .001 at most.
    """
    found: NDArray[np.float32] = np.full((len(question), len(passages.starts) - 1), -1.0, np.float32)
    filled = np.flatnonzero(passages.starts[1:] > passages.starts[:-1])
    if len(filled) and len(question):
        peaks = np.maximum(np.abs(question).max(axis=1), np.finfo(np.float32).tiny) / LARGEST
        rounded = np.rint(question / peaks[:, None]).astype(np.int8)
        [products] = _product().run(None, {"passages": passages.vectors, "questions": np.ascontiguousarray(rounded.T)})
        similarities = products * passages.scales[:, None]
        found[:, filled] = np.maximum.reduceat(similarities, passages.starts[filled], axis=0).T * peaks[:, None]
    return found


def max_sim(question: Matrix, weights: Vector, passages: TokenRows) -> Vector:
    """Return the weighted late-interaction score of each passage, in [-1, 1].

    question (m, t) holds unit rows; weights (m,) sum to 1. Khattab and Zaharia 2020, eq. 3, with weights.
    """
    scores: Vector = weights @ best_matches(question, passages)
    return scores


@cache
def _product() -> onnxruntime.InferenceSession:
    return open_session(PRODUCT)
