"""One score from all scores, and one ranking from all interpretations of a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from qa.protocols import Vector
from qa.search.ranking.scores import SCORES, Scores


@dataclass(frozen=True, slots=True)
class Mix:
    """The weight of each score, by the names of SCORES."""

    dense: float = 0.0
    lexical: float = 0.0
    article_dense: float = 0.0
    article_lexical: float = 0.0
    early: float = 0.0
    late: float = 0.0
    context: float = 0.0

    def score(self, scores: Scores) -> Vector:
        """Return the mean of each paragraph's scores by these weights, (n,); a score that is not known counts as 0."""
        weights = [getattr(self, name) for name in SCORES]
        total = sum(weight * column for weight, column in zip(weights, scores.all_known().T, strict=True))
        mean: Vector = total / sum(weights)
        return mean


# The weight of an interpretation with history, where the question alone has 1.
HISTORY_WEIGHT = 0.7

MIXES = {
    "all": Mix(dense=0.15, lexical=0.15, article_dense=0.25, article_lexical=0.12, early=0.15, late=1.0, context=1.4),
    "dense": Mix(dense=1.0),
    "lexical": Mix(lexical=1.0),
    "late": Mix(late=1.0),
}
# The mixes of models that have one of their own in place of "all".
MODEL_MIXES = {
    "all-mpnet-base-v2": Mix(lexical=0.4, article_dense=0.25, article_lexical=0.12, early=0.05, late=1.0, context=1.4),
}


@cache
def interpretation_weights(interpretations: int) -> Vector:
    """Return the weight of each interpretation, (interpretations,), summing to 1; the first one weighs most."""
    weights = np.full(interpretations, HISTORY_WEIGHT, np.float32)
    weights[0] = 1
    weights /= weights.sum()
    weights.flags.writeable = False
    return weights


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates by score, best first, ties by place; every array is of shape (n,).

    places: where each stands among the candidates. leading: the number of the interpretation that ranks it highest.
    late, dense: late interaction and cosine, each the mean over the interpretations; late is 0 where it is not known.
    """

    places: NDArray[np.int64]
    scores: Vector
    leading: NDArray[np.int64]
    late: Vector
    dense: Vector

    def at(self, ranks: slice | NDArray[np.int64]) -> Ranking:
        """Return the candidates at these ranks, in their order."""
        return Ranking(self.places[ranks], self.scores[ranks], self.leading[ranks], self.late[ranks], self.dense[ranks])

    def rescore(self, scores: Vector) -> Ranking:
        """Return the ranking by other scores of the same candidates; ties stay in order."""
        order = np.argsort(-scores, kind="stable")
        return replace(self, scores=scores).at(order)


def rank(interpretations: Sequence[Scores], mix: Mix) -> Ranking:
    """Return the candidates by the mean of their scores over all interpretations, the later ones by HISTORY_WEIGHT.

    The mean lets a passage win that fits the question as it stands and what was said before; the better of the two
    interpretations alone, or one interpretation chosen by its best score, finds fewer answers to follow-up questions.
    """
    by_interpretation = np.array([mix.score(scores) for scores in interpretations])
    share = interpretation_weights(len(interpretations))
    mean = share @ by_interpretation
    ranks = (-by_interpretation).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    late, dense = (share @ np.array([scores.known(name) for scores in interpretations]) for name in ("late", "dense"))
    order = np.argsort(-mean, kind="stable")
    return Ranking(np.arange(len(mean)), mean, ranks.argmin(axis=0), late, dense).at(order)
