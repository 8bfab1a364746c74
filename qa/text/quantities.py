"""The quantities that a sentence names, as ranges, so that "more than 2,000" and "2,076" agree."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

WORDS = {
    word: number
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
}
ROUND = {"dozens": (24, 99), "hundreds": (200, 999), "thousands": (2000, 999_999), "millions": (2e6, 999e6)}
SCALE = {"hundred": 100, "thousand": 1000, "million": 1e6, "billion": 1e9}
# Tolerance of "about", as a share of the number.
ABOUT = 0.1

QUANTITY = re.compile(
    r"\b(?P<bound>more than|over|at least|exceeds|less than|fewer than|under|up to|at most|about|around|nearly|almost"
    r"|some|roughly|several)?\s*\b(?:(?P<digits>\d[\d,]*(?:\.\d+)?)|(?P<word>"
    + "|".join(WORDS)
    + r")|(?P<round>"
    + "|".join(ROUND)
    + r"))?(?:\s*\b(?P<scale>hundred|thousand|million|billion)\b)?(?P<percent>\s*%| per ?cent)?(?:\s+of)?"
    r"(?P<unit>(?:\s+[^\W\d]+){1,3})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A range of numbers, ends included; unit holds the words after it."""

    low: float
    high: float
    unit: frozenset[str]

    def contradicts(self, other: Quantity) -> bool:
        """Return whether both count the same thing and cannot both be right."""
        return bool(self.unit & other.unit) and (self.high < other.low or other.high < self.low)


def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text that name the thing they count.

    >>> quantities("2,076 criminal cases")[0].contradicts(quantities("more than 2,000 cases")[0])
    False
    >>> quantities("at least 18 soldiers")[0].contradicts(quantities("seven soldiers")[0])
    True
    """
    return tuple(quantity for found in QUANTITY.finditer(text) if (quantity := _quantity(found)) is not None)


def _quantity(found: re.Match[str]) -> Quantity | None:
    several = (found["bound"] or "").lower() == "several" and found["scale"]
    if not (found["digits"] or found["word"] or found["round"] or several):
        return None
    unit = {_stem(word) for word in (found["unit"] or "").lower().split()}
    if found["percent"]:
        unit.add("%")
    low, high = _range(found)
    return Quantity(low, high, frozenset(unit)) if unit else None


def _range(found: re.Match[str]) -> tuple[float, float]:
    scale = SCALE.get((found["scale"] or "").lower(), 1)
    bound = (found["bound"] or "").lower()
    if found["round"]:
        return ROUND[found["round"].lower()]
    if bound == "several":
        return 2 * scale, 9 * scale
    number = _number(found) * scale
    if bound in {"more than", "over", "at least", "exceeds"}:
        return number, math.inf
    if bound in {"less than", "fewer than", "under", "up to", "at most"}:
        return 0, number
    if bound:
        return number * (1 - ABOUT), number * (1 + ABOUT)
    return number, number


def _number(found: re.Match[str]) -> float:
    return float(found["digits"].replace(",", "")) if found["digits"] else WORDS[found["word"].lower()]


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
