"""Questions for an overview of several places, a summary, a comparison or a timeline, told by how they begin."""

from __future__ import annotations

import re
from typing import Literal

Overview = Literal["summary", "comparison", "timeline"]

POLITE = (
    r"\W*(?:(?:please|now|then|and)\W+)*(?:(?:can|could|would|will) you (?:please )?|i (?:want|would like) you to )?"
)
SUMMARY = (
    r"(?:summar|sum up\b|tl;?dr|outline\b|fass\w* .*zusammen|résume"
    r"|(?:give|write|make|show)(?: me| us)? (?:an? |the )?(?:\w+ )?(?:summary|overview|gist))"
)
COMPARISON = r"(?:compare\b|contrast\b|vergleich|(?:what|which) (?:is|are) the differences?\b)"
TIMELINE = (
    r"(?:(?:an? |the )?(?:timeline|chronology)\b"
    r"|(?:give|write|make|show)(?: me| us)? (?:an? |the )?(?:\w+ )?(?:timeline|chronology)\b"
    r"|(?:in (?:what|which) order|what happened (?:first|when)\b))"
)
_KINDS: tuple[tuple[Overview, re.Pattern[str]], ...] = (
    ("timeline", re.compile(POLITE + TIMELINE, re.IGNORECASE)),
    ("summary", re.compile(POLITE + SUMMARY, re.IGNORECASE)),
    ("comparison", re.compile(POLITE + COMPARISON, re.IGNORECASE)),
)


def overview_of(question: str) -> Overview | None:
    """Return which overview a question asks for, None for one that has its answer in one place.

    >>> overview_of("Please summarise the inquiry."), overview_of("Give me a timeline of the trial")
    ('summary', 'timeline')
    >>> overview_of("Who wrote the summary?")
    """
    return next((kind for kind, pattern in _KINDS if pattern.match(question)), None)
