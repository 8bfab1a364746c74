"""One score from all scores, and one ranking from all readings of a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from qa.answer.retrieve import Scores
from qa.protocols import Rows, Vector


@dataclass(frozen=True, slots=True)
class Mix:
    """How much each score counts; see Scores for what they are."""

    dense: float = 0.0
    lexical: float = 0.0
    article_dense: float = 0.0
    article_lexical: float = 0.0
    early: float = 0.0
    late: float = 0.0
    context: float = 0.0

    def score(self, scores: Scores) -> Vector:
        """Return the mean of each paragraph's scores by these weights, shape (rows,)."""
        weights = {one.name: getattr(self, one.name) for one in fields(self)}
        total = sum(weight * getattr(scores, name) for name, weight in weights.items())
        mean: Vector = total / sum(weights.values())
        return mean


LATER = 0.7

MIXES = {
    "all": Mix(dense=0.15, lexical=0.15, article_dense=0.25, article_lexical=0.12, early=0.15, late=1.0, context=1.4),
    "dense": Mix(dense=1.0),
    "lexical": Mix(lexical=1.0),
    "late": Mix(late=1.0),
}


def reading_weights(readings: int) -> Vector:
    """Return how much each reading of a question counts, (readings,), summing to 1: the plain one most."""
    weights = np.full(readings, LATER, np.float32)
    weights[0] = 1
    weights /= weights.sum()
    return weights


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows by score, best first, ties by row; ``leading[i]`` is the number of the reading that ranks it highest."""

    rows: Rows
    scores: Vector
    leading: NDArray[np.int64]

    def top(self, count: int) -> Ranking:
        """Return the first so many."""
        return Ranking(self.rows[:count], self.scores[:count], self.leading[:count])

    def rescored(self, scores: Vector) -> tuple[Ranking, NDArray[np.int64]]:
        """Return the ranking by other scores of the same rows, and the old place of each; ties stay in order."""
        order = np.argsort(-scores, kind="stable")
        return Ranking(self.rows[order], scores[order], self.leading[order]), order


def rank(rows: Rows, readings: Sequence[Scores], mix: Mix) -> Ranking:
    """Return the rows by the mean of their scores over all readings, the later ones weighing LATER.

    The mean lets a passage win that fits the question as it stands and what was said before; the better of the two
    readings alone, or one reading chosen by its best score, finds fewer answers to follow-up questions.
    """
    by_reading = np.stack([mix.score(scores) for scores in readings])
    mean = reading_weights(len(readings)) @ by_reading
    order = np.lexsort((rows, -mean))
    places = (-by_reading).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    return Ranking(rows[order], mean[order], places.argmin(axis=0)[order])
