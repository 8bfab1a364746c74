"""The scores of paragraphs for one interpretation of a question: a table that is filled in two steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.protocols import CHEAP_SCORES, Matches, Matrix, Vector

# late: weighted late interaction with the paragraph. context: the same where each token of the question may also be met
# by the paragraph before, the one after or the first of the article.
SCORES = (*CHEAP_SCORES, "late", "context")
LATE, CONTEXT = SCORES.index("late"), SCORES.index("context")


@dataclass(frozen=True, slots=True)
class Scores:
    """How n paragraphs fare: table (n, len(SCORES)), a column for each of SCORES, NaN where a score is not known."""

    table: Matrix

    def known(self, name: str) -> Vector:
        """Return a column with 0 in place of what is not known, (n,)."""
        return self.all_known()[:, SCORES.index(name)]

    def all_known(self) -> Matrix:
        """Return the table with 0 in place of what is not known."""
        filled: Matrix = np.where(np.isnan(self.table), np.float32(0), self.table)
        return filled


def cheap_scores(cheap: Matrix) -> Scores:
    """Return the scores with the columns CHEAP_SCORES filled in, the others not known; cheap (n, len(CHEAP_SCORES))."""
    table: Matrix = np.full((len(cheap), len(SCORES)), np.nan, np.float32, order="F")
    table[:, : len(CHEAP_SCORES)] = cheap
    return Scores(table)


def with_late_interaction(scores: Scores, places: NDArray[np.int64], weights: Vector, matches: Matches) -> Scores:
    """Return the scores with late interaction and context filled in at these places, (k,).

    matches holds the question's m tokens in the k paragraphs; weights (m,) of the tokens sum to 1. Khattab and Zaharia
    2020, eq. 3, with weights.
    """
    table = scores.table.copy(order="F")
    table[places, LATE] = weights @ matches.own
    table[places, CONTEXT] = weights @ matches.around
    return Scores(table)
