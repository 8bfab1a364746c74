"""How probable it is that the quotes answer the question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer.reader import Found, Quote


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic curve over the best passage's score; below ``threshold`` nothing is quoted."""

    slope: float
    middle: float
    threshold: float

    def probability(self, passages: Sequence[Found], quotes: Sequence[Quote]) -> float:
        """Return the probability, in [0, 1]."""
        return 1 / (1 + math.exp(-self.slope * (passages[0].score - self.middle)))
