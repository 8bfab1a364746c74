"""Candidates for a question from every index, with the scores that cost little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from qa.core_pool import CorePool
from qa.protocols import Hits, Mask, Rows, Snapshot, Vector
from qa.search.question import Question

DEPTH = 100
ARTICLE_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Search:
    """A question's hits in every index."""

    question: Question
    dense: Hits
    lexical: Hits
    articles: Hits


@dataclass(frozen=True, slots=True)
class Scores:
    """How paragraphs fare for one interpretation of a question; every score is an array of shape (rows,).

    dense: cosine of the sentence vectors. lexical: that of the lexical index, 0 where it did not find the paragraph.
    article_dense, article_lexical: the same two for the whole article. early: 1 for an article's first paragraph, then
    1/2, 1/3 and so on. late: weighted late interaction. context: the same where each token of the question may also be
    met by the paragraph before, the one after or the first of the article. The last two are 0 until they are known.
    """

    dense: Vector
    lexical: Vector
    article_dense: Vector
    article_lexical: Vector
    early: Vector
    late: Vector
    context: Vector


def search(question: Question, snapshot: Snapshot, among: Mask | None, cores: CorePool) -> Search:
    """Return what every index finds for a question; among (rows,) is true for rows that may be found."""
    by_words = partial(_search_words, question, snapshot, among)
    found = cores.submit_if_free(by_words) or by_words
    dense = snapshot.dense.search(question.encoded.sentence, DEPTH, among)
    return Search(question, dense, *found())


def _search_words(question: Question, snapshot: Snapshot, among: Mask | None) -> tuple[Hits, Hits]:
    return (
        snapshot.lexical.search(question.text, DEPTH, among),
        snapshot.articles_lexical.search(question.text, ARTICLE_DEPTH),
    )


def candidate_rows(searches: Sequence[Search]) -> Rows:
    """Return the rows that any search found, ascending."""
    found = [hits.rows for one in searches for hits in (one.dense, one.lexical)]
    rows = np.sort(np.concatenate(found))
    # Not np.unique: the first time it loads all of numpy.ma.
    fresh = np.ones(len(rows), np.bool_)
    np.not_equal(rows[1:], rows[:-1], out=fresh[1:])
    return rows[fresh]


def first_scores(one: Search, rows: Rows, snapshot: Snapshot) -> Scores:
    """Return the scores of these rows for a search, all but late interaction."""
    vector, unknown = one.question.encoded.sentence, np.zeros(len(rows), np.float32)
    articles = snapshot.article_of[rows].astype(np.int64)
    return Scores(
        dense=snapshot.dense.vectors(rows) @ vector,
        lexical=found_scores(one.lexical, rows),
        article_dense=snapshot.article_vectors[articles] @ vector,
        article_lexical=found_scores(one.articles, articles),
        early=(1 / (1 + rows - first_rows(rows, snapshot.article_of))).astype(np.float32),
        late=unknown,
        context=unknown,
    )


def first_rows(rows: Rows, article_of: NDArray[np.int32]) -> Rows:
    """Return the first row of each row's article, (rows,)."""
    return np.searchsorted(article_of, article_of[rows]).astype(np.int64)


def found_scores(hits: Hits, rows: Rows) -> Vector:
    """Return the score that each row was found with, 0 where it was not, shape (rows,)."""
    if len(hits.rows) == 0:
        return np.zeros(len(rows), np.float32)
    order = np.argsort(hits.rows)
    known, scores = hits.rows[order], hits.scores[order]
    at = np.minimum(np.searchsorted(known, rows), len(known) - 1)
    return np.where(known[at] == rows, scores[at], 0).astype(np.float32)
