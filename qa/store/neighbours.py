"""Where a row stands in its article: rows are numbered in the order of articles, and in an article as they are read.

article_of (rows,) is the number of each row's article and ascends.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qa.protocols import Rows, Vector


def first_rows(rows: Rows, article_of: NDArray[np.int32]) -> Rows:
    """Return the first row of each row's article, (rows,)."""
    return np.searchsorted(article_of, article_of[rows]).astype(np.int64)


def early_scores(rows: Rows, article_of: NDArray[np.int32]) -> Vector:
    """Return 1 for an article's first row, 1/2 for its second, 1/3 for its third and so on, (rows,)."""
    early: Vector = (1 / (1 + rows - first_rows(rows, article_of))).astype(np.float32)
    return early


def surroundings(rows: Rows, article_of: NDArray[np.int32]) -> Rows:
    """Return each row with those that lend it context, (rows, 4): itself, the one before, after, and the first.

    A neighbour of another article is replaced by the row itself.
    """
    last = len(article_of) - 1
    before, after = np.maximum(rows - 1, 0), np.minimum(rows + 1, last)
    article = article_of[rows]
    before = np.where(article_of[before] == article, before, rows)
    after = np.where(article_of[after] == article, after, rows)
    return np.stack([rows, before, after, first_rows(rows, article_of)], axis=1).astype(np.int64)
