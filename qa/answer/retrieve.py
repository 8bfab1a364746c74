"""Candidates for a question from every index, each with the scores that the mix weighs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.answer.question import Question
from qa.answer.rerank import best_matches
from qa.protocols import Generation, Hits, Mask, Matrix, Rows, Vector

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
    """How paragraphs fare for one reading of a question; every score is an array of shape (rows,).

    late: weighted late interaction. context: the same where each token of the question may also be met by the
    paragraph before, the one after or the first of the article. dense: cosine of the sentence vectors. lexical: that
    of the lexical index, 0 where it did not find the paragraph. article_lexical, article_dense: the same two for the
    whole article. early: 1 for an article's first paragraph, then 1/2, 1/3 and so on.
    """

    late: Vector
    context: Vector
    dense: Vector
    lexical: Vector
    article_lexical: Vector
    article_dense: Vector
    early: Vector


def search(question: Question, generation: Generation, among: Mask | None = None) -> Search:
    """Return what every index finds for a question; among (rows,) is true for rows that may be found."""
    return Search(
        question,
        generation.dense.search(question.encoded.sentence, DEPTH, among),
        generation.lexical.search(question.text, DEPTH, among),
        generation.articles_lexical.search(question.text, ARTICLE_DEPTH),
    )


def candidate_rows(searches: Sequence[Search]) -> Rows:
    """Return the rows that any search found, ascending."""
    found = [hits.rows for one in searches for hits in (one.dense, one.lexical)]
    return np.unique(np.concatenate(found)).astype(np.int64)


def score_rows(searches: Sequence[Search], rows: Rows, generation: Generation) -> list[Scores]:
    """Return all scores of these rows for each search."""
    around = surroundings(rows, generation.article_of)
    wanted, place = np.unique(around, return_inverse=True)
    tokens = generation.tokens.rows(wanted)
    matches = [best_matches(one.question.encoded.tokens, tokens) for one in searches]
    return [
        _scores(one, rows, matched, place.reshape(around.shape), generation)
        for one, matched in zip(searches, matches, strict=True)
    ]


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


def first_rows(rows: Rows, article_of: NDArray[np.int32]) -> Rows:
    """Return the first row of each row's article, (rows,)."""
    return np.searchsorted(article_of, article_of[rows]).astype(np.int64)


def _scores(one: Search, rows: Rows, matched: Matrix, place: NDArray[np.int64], generation: Generation) -> Scores:
    """matched (m, unique rows) are the best matches of the m question tokens; place (rows, 4) points into them."""
    vector, weights = one.question.encoded.sentence, one.question.weights
    articles, first = generation.article_of[rows].astype(np.int64), first_rows(rows, generation.article_of)
    return Scores(
        late=weights @ matched[:, place[:, 0]],
        context=weights @ matched[:, place].max(axis=2),
        dense=generation.dense.vectors(rows) @ vector,
        lexical=found_scores(one.lexical, rows),
        article_lexical=found_scores(one.articles, articles),
        article_dense=generation.article_vectors[articles] @ vector,
        early=(1 / (1 + rows - first)).astype(np.float32),
    )


def found_scores(hits: Hits, rows: Rows) -> Vector:
    """Return the score that each row was found with, 0 where it was not, shape (rows,)."""
    if len(hits.rows) == 0:
        return np.zeros(len(rows), np.float32)
    order = np.argsort(hits.rows)
    known, scores = hits.rows[order], hits.scores[order]
    at = np.searchsorted(known, rows).clip(max=len(known) - 1)
    return np.where(known[at] == rows, scores[at], 0).astype(np.float32)
