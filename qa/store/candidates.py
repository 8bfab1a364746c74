"""Candidates from every index, with the scores that cost little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.protocols import CHEAP_SCORES, Matrix, Query, Rows, Vector
from qa.store.equal_scores import cosines
from qa.store.neighbours import early_scores
from qa.store.protocols import Hits, LexicalIndex, Mask, VectorIndex

# Rows that each index gives for a query, and articles.
ROW_DEPTH = 100
ARTICLE_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Found:
    """What every index found for one query; the rows of ``articles`` are numbers of articles."""

    dense: Hits
    lexical: Hits
    articles: Hits


@dataclass(frozen=True, slots=True)
class Indexes:
    """What candidates are taken from.

    article_of (rows,) is the number of each row's article; article_vectors (articles, d) are unit means of the vectors
    of their rows.
    """

    dense: VectorIndex
    lexical: LexicalIndex
    articles_lexical: LexicalIndex
    article_of: NDArray[np.int32]
    article_vectors: Matrix

    def search_vectors(self, query: Query, among: Mask | None) -> Hits:
        """Return the rows that are nearest by their vectors; among (rows,) is true for rows that may be found."""
        return self.dense.search(query.vector, ROW_DEPTH, among)

    def search_words(self, query: Query, among: Mask | None) -> tuple[Hits, Hits]:
        """Return the rows, and the articles, that share the most words; among (rows,) restricts the rows."""
        return (
            self.lexical.search(query.text, ROW_DEPTH, among),
            self.articles_lexical.search(query.text, ARTICLE_DEPTH),
        )

    def scores(self, query: Query, found: Found, rows: Rows) -> Matrix:
        """Return the scores of these rows for a query, (rows, len(CHEAP_SCORES))."""
        articles = self.article_of[rows].astype(np.int64)
        table: Matrix = np.empty((len(rows), len(CHEAP_SCORES)), np.float32, order="F")
        table[:, 0] = cosines(self.dense.vectors(rows), query.vector)
        table[:, 1] = scores_of(found.lexical, rows)
        table[:, 2] = cosines(self.article_vectors[articles], query.vector)
        table[:, 3] = scores_of(found.articles, articles)
        table[:, 4] = early_scores(rows, self.article_of)
        return table


def found_rows(searches: Sequence[Found]) -> Rows:
    """Return the rows that any search found, ascending."""
    found = [hits.rows for one in searches for hits in (one.dense, one.lexical)]
    rows = np.sort(np.concatenate(found))
    # Not np.unique: the first time it loads all of numpy.ma.
    fresh = np.ones(len(rows), np.bool_)
    np.not_equal(rows[1:], rows[:-1], out=fresh[1:])
    return rows[fresh]


def scores_of(hits: Hits, rows: Rows) -> Vector:
    """Return the score that each row was found with, 0 where it was not, shape (rows,)."""
    if len(hits.rows) == 0:
        return np.zeros(len(rows), np.float32)
    order = np.argsort(hits.rows)
    known, scores = hits.rows[order], hits.scores[order]
    at = np.minimum(np.searchsorted(known, rows), len(known) - 1)
    return np.where(known[at] == rows, scores[at], 0).astype(np.float32)
