"""The quantities that a text names, as ranges, so that "more than 2,000" and "2,076" agree."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

WORDS = {
    word: number
    for number, word in enumerate(
        (
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
            *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
        )
    )
}
ROUND = {"dozens": (24, 99), "hundreds": (200, 999), "thousands": (2000, 999_999), "millions": (2e6, 999e6)}
SCALE = {"hundred": 100, "thousand": 1000, "million": 1e6, "billion": 1e9, "k": 1000}
# What is measured, where the words say so; quantities of different measures are never compared.
MEASURES = (
    ("%", re.compile(r"^\s*(?:%|per ?cent)", re.IGNORECASE)),
    ("seconds", re.compile(r"^[\s-]*seconds?\b", re.IGNORECASE)),
    ("minutes", re.compile(r"^[\s-]*minutes?\b", re.IGNORECASE)),
    ("hours", re.compile(r"^[\s-]*hours?\b", re.IGNORECASE)),
    ("days", re.compile(r"^[\s-]*days?\b", re.IGNORECASE)),
    ("weeks", re.compile(r"^[\s-]*weeks?\b", re.IGNORECASE)),
    ("months", re.compile(r"^[\s-]*months?\b", re.IGNORECASE)),
    ("years", re.compile(r"^[\s-]*years?\b", re.IGNORECASE)),
    ("miles", re.compile(r"^[\s-]*(?:miles?|mi)\b", re.IGNORECASE)),
    ("kilometres", re.compile(r"^[\s-]*(?:kilomet(?:re|er)s?|km)\b", re.IGNORECASE)),
    ("metres", re.compile(r"^[\s-]*(?:met(?:re|er)s?|m)\b", re.IGNORECASE)),
    ("feet", re.compile(r"^[\s-]*(?:feet|foot|ft)\b", re.IGNORECASE)),
)
ABOUT = 0.1

QUANTITY = re.compile(
    r"(?:\b(?P<bound>more than|over|at least|exceeds|less than|fewer than|under|up to|at most|about|around|nearly"
    r"|almost|some|roughly|several)\s+)?(?P<money>[$€£¥]\s*)?(?:(?<![\w.])(?P<digits>\d[\d,]*(?:\.\d+)?)|\b(?P<word>"
    + "|".join(WORDS)
    + r")\b|\b(?P<round>"
    + "|".join(ROUND)
    + r")\b|(?<=several )(?=hundred|thousand|million|billion))(?:\s*(?P<scale>hundred|thousand|million|billion|k)\b)?",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"(?:\s*%| per ?cent)?(?:\s+of)?(?P<words>(?:\s+[^\W\d]+){0,3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A range of numbers, ends included.

    ``measure`` is a unit, "%" or a currency, empty for a plain number. ``unit`` holds the measure and the words behind
    the number, without the s of a plural.
    """

    low: float
    high: float
    measure: str = ""
    unit: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    def overlaps(self, other: Quantity) -> bool:
        """Return whether one number may be both."""
        return self.low <= other.high and other.low <= self.high

    def contradicts(self, other: Quantity) -> bool:
        """Return whether both count the same thing and cannot both be right.

        >>> quantities("at least 18 soldiers")[0].contradicts(quantities("seven soldiers")[0])
        True
        """
        return bool(self.unit & other.unit) and not self.overlaps(other)


def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text in their order.

    >>> quantities("2,076 cases, more than 2,000")
    (Quantity(low=2076.0, high=2076.0, measure=''), Quantity(low=2000.0, high=inf, measure=''))
    >>> quantities("60% in 3 years")
    (Quantity(low=60.0, high=60.0, measure='%'), Quantity(low=3.0, high=3.0, measure='years'))
    """
    return tuple(_quantity(found, text) for found in QUANTITY.finditer(text))


def _quantity(found: re.Match[str], text: str) -> Quantity:
    measure = _measure(found, text)
    behind = _BEHIND.match(text, found.end())
    words = (behind["words"] if behind else "").lower().split()
    unit = {word[:-1] if word.endswith("s") and not word.endswith("ss") else word for word in words}
    return Quantity(*_range(found), measure, frozenset({*unit, measure} - {""}))


def _range(found: re.Match[str]) -> tuple[float, float]:
    bound, scale = (found["bound"] or "").lower(), SCALE.get((found["scale"] or "").lower(), 1)
    if found["round"]:
        return ROUND[found["round"].lower()]
    if not (found["digits"] or found["word"]):
        return 2 * scale, 9 * scale
    number = scale * (float(found["digits"].replace(",", "")) if found["digits"] else WORDS[found["word"].lower()])
    if bound in {"more than", "over", "at least", "exceeds"}:
        return number, math.inf
    if bound in {"less than", "fewer than", "under", "up to", "at most"}:
        return 0, number
    if bound:
        return number * (1 - ABOUT), number * (1 + ABOUT)
    return number, number


def _measure(found: re.Match[str], text: str) -> str:
    if found["money"]:
        return found["money"].strip()
    after = text[found.end() : found.end() + 16]
    return next((name for name, pattern in MEASURES if pattern.match(after)), "")
