"""Whether two quotations that answer one question contradict each other, in a number, a date or yes against no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from qa.text.quantities import quantities

HOW_MANY = re.compile(
    r"\b(?:how (?:many|much|old|often|far|long)|number of|what share|what percentage)\b", re.IGNORECASE
)
WHEN = re.compile(r"\b(?:when|what (?:day|date|month|year)|which (?:day|date|month|year))\b", re.IGNORECASE)
YES_OR_NO = re.compile(
    r"^\s*(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|must)\b", re.IGNORECASE
)
NO = re.compile(
    r"\b(?:no|not|never|nobody|none|neither|nor|without|impossible|illegal|illegally|unable|unaware|denied|denies"
    r"|refused to|cannot)\b|n[’']t\b",
    re.IGNORECASE,
)
YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
DAY = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December)\b(?: (\d{1,2})\b)?"
)
WORD = re.compile(r"[^\W\d_]{3,}")
# Words that a question and a sentence may share without being about the same thing.
SMALL = re.compile(
    r"(?:the|and|for|are|was|were|has|have|had|did|does|with|from|that|this|they|their|there|then|what|when|where|which"
    r"|who|whom|whose|how|why|can|could|will|would|should|into|about|been|being|his|her|its|our|your|any|all|many|much)"
)
# Share of the question's words that a quote on the point holds.
SHARED_WORDS = 0.5


def disagree(question: str, quotes: Sequence[str]) -> bool:
    """Return whether any two of the quotes that are on the point contradict each other."""
    if len(quotes) < 2 or not any(kind.search(question) for kind in (HOW_MANY, WHEN, YES_OR_NO)):
        return False
    asked = _words(question)
    on_the_point = [quote for quote in quotes if asked and len(asked & _words(quote)) / len(asked) >= SHARED_WORDS]
    return any(_contradict(question, one, other) for one, other in combinations(on_the_point, 2))


def _contradict(question: str, one: str, other: str) -> bool:
    if HOW_MANY.search(question):
        return any(a.contradicts(b) for a in quantities(one) for b in quantities(other))
    if WHEN.search(question):
        return _dates_differ(one, other)
    return bool(NO.search(one)) != bool(NO.search(other))


def _dates_differ(one: str, other: str) -> bool:
    """Return whether both name a year, or both a day, and have none in common."""
    return any(
        named and others and not named & others
        for named, others in (
            (set(YEAR.findall(one)), set(YEAR.findall(other))),
            (set(DAY.findall(one)), set(DAY.findall(other))),
        )
    )


def _words(text: str) -> set[str]:
    return {_stem(word) for word in WORD.findall(text.lower()) if not SMALL.fullmatch(word)}


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
