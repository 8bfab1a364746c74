"""Late interaction of the best candidates, with each of them and with what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from qa.protocols import Matrix, Rows, Snapshot, TokenStore
from qa.search.candidates import Scores, first_rows
from qa.search.late_interaction import best_matches
from qa.search.question import Question

ROWS_AT_ONCE = 48


def with_late_interaction(
    interpretations: Sequence[Scores], questions: Sequence[Question], rows: Rows, best: Rows, snapshot: Snapshot
) -> list[Scores]:
    """Return the scores of all rows with late interaction and context filled in for the best of them."""
    around = surroundings(best, snapshot.article_of)
    wanted, place = np.unique(around, return_inverse=True)
    matches = _matches_in_parts(questions, wanted, snapshot.tokens)
    at = np.searchsorted(rows, best)
    return [
        _filled_in(scores, question, matched, place.reshape(around.shape), at)
        for scores, question, matched in zip(interpretations, questions, matches, strict=True)
    ]


def _matches_in_parts(questions: Sequence[Question], rows: Rows, tokens: TokenStore) -> list[Matrix]:
    """Return each question's best matches in these rows, a few at a time, so that their vectors stay in the cache."""
    tokens.prefetch(rows)
    matched: list[list[Matrix]] = [[] for _ in questions]
    for start in range(0, max(len(rows), 1), ROWS_AT_ONCE):
        part = tokens.rows(rows[start : start + ROWS_AT_ONCE])
        for question, found in zip(questions, matched, strict=True):
            found.append(best_matches(question.tokens, part))
    return [np.concatenate(found, axis=1) for found in matched]


def _filled_in(
    scores: Scores, question: Question, matched: Matrix, place: NDArray[np.int64], at: NDArray[np.int64]
) -> Scores:
    """matched (m, unique rows): best matches of the question's tokens; place (best, 4): columns of each best row."""
    late, context = scores.late.copy(), scores.context.copy()
    late[at] = question.weights @ matched[:, place[:, 0]]
    context[at] = question.weights @ matched[:, place].max(axis=2)
    return replace(scores, late=late, context=context)


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
