"""The one value that a question asks for, as a passage gives it: a date, a number, or a short phrase such as a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.text.dates import NamedDate, dates
from qa.text.quantities import Quantity, quantities

ValueKind = Literal["date", "number", "phrase"]

WHEN = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:\w+ )?(?:year|date|day|month)s?\b|\bdate of\b|\brelease date\b", re.IGNORECASE
)
HOW_MANY = re.compile(
    r"\bhow (?:many|much|old|long|far|tall|high|big|large|often|heavy|fast|deep)\b"
    r"|\b(?:number|percentage|share|population|amount|age|price|cost|height|length|size|area|weight|total) of\b"
    r"|\bwhat (?:share|percentage|age|number)\b|\bpopulation\b|\b(?:median|average)\b",
    re.IGNORECASE,
)
# What is asked for in these words has many right answers at once, or takes more than a phrase to say.
_WIDE = (
    r"role|purpose|goal|aim|meaning|definition|difference|effect|impact|reason|function|benefit|advantage|disadvantage"
    r"|process|history|importance|significance|point|idea|problem|issue|concept|relation|relationship|connection|best"
    r"|way|story|plot|consequence|result|cause"
)
_AUXILIARY = (
    r"is|was|are|were|do|does|did|has|have|had|can|could|will|would|should|if|about|else|happen|happens|happened|to"
    r"|make|makes|made"
)
SINGLE = re.compile(
    "|".join(
        (
            r"\bwho (?!(?:is|was) (?!the\b|an?\b|[^?]*['’]s\b))",
            r"\bwhom\b|\bwhose\b|\bwhere\b|\bwhich\b|\b(?:stands? for|short for|refers? to)\b",
            rf"\bwhat (?!(?:{_AUXILIARY})\b)\w+",
            rf"\bwhat(?: is| was|['’]s) (?:the|his|her|its|their|\w+(?: \w+){{0,3}}['’]s?) (?!(?:{_WIDE})\b)",
        )
    ),
    re.IGNORECASE,
)
MANY = re.compile(
    r"^\W*(?:and\s+)?(?:what|which|who|where) (?:are|were|kinds|types|other)\b"
    r"|\b(?:some|examples?|list|facts|ways|steps|reasons|kinds|types)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(
    (
        *("the", "a", "an", "of", "in", "on", "at", "to", "and", "or", "for", "by", "from", "with", "as", "is", "are"),
        *("was", "were", "be", "been", "has", "have", "had", "do", "does", "did", "it", "its", "his", "her", "their"),
        *("he", "she", "they", "who", "what", "when", "where", "which", "how", "why", "that", "this", "these", "those"),
        *("there", "into", "about", "also", "known", "other", "some", "any", "all", "one", "not", "no", "new"),
    )
)
_ENDINGS = ("ing", "ers", "ian", "er", "ed", "es", "al", "an", "s")
LONGEST_PHRASE = 6  # words
# Of less probable spans, on a log scale, most are no answer at all.
LEAST_PROBABLE = -4.5


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """A phrase that may be the answer, with the log probability that the reader gives it within its passage."""

    text: str
    log_probability: float


@dataclass(frozen=True, slots=True)
class Value:
    """What a passage answers: the span's own words, and the dates, quantities or word stems in them."""

    text: str
    kind: ValueKind
    dates: tuple[NamedDate, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    stems: frozenset[str] = frozenset()

    def differs(self, other: Value) -> bool:
        """Return whether the two are comparable and cannot be the same answer."""
        if self.kind == "date":
            pairs = [(one, another) for one in self.dates for another in other.dates if one.comparable(another)]
            return bool(pairs) and not any(one.agrees(another) for one, another in pairs)
        if self.kind == "number":
            alike = [(a, b) for a in self.quantities for b in other.quantities if a.measure == b.measure]
            return bool(alike) and not any(a.overlaps(b) for a, b in alike)
        return not self.stems & other.stems

    def stands_in(self, text: str) -> bool:
        """Return whether a text names this value too, be it in another place."""
        if self.kind == "date":
            known = [date for date in self.dates if date.first is not None]
            return any(one.agrees(other) for one in known for other in dates(text) if other.first is not None)
        if self.kind == "number":
            return not set(self.quantities).isdisjoint(quantities(text))
        return self.stems <= stems(text)


def stems(text: str) -> frozenset[str]:
    """Return the words of a text without the commonest ones, in lower case and without their endings.

    >>> sorted(stems("the bridges of Danish towns"))
    ['bridg', 'danish', 'town']
    """
    return frozenset(_stem(word) for word in WORD.findall(text.lower()) if word not in _SMALL)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def asked_kind(question: str) -> ValueKind | None:
    """Return which kind of single value a question asks for, None where it asks for none or for many.

    >>> asked_kind("When did it open?"), asked_kind("Which river?"), asked_kind("Why did it close?")
    ('date', 'phrase', None)
    """
    if WHEN.search(question):
        return "date"
    if HOW_MANY.search(question):
        return "number"
    return "phrase" if SINGLE.search(question) and not MANY.search(question) else None


def value_of(question: str, kind: ValueKind, spans: Sequence[AnswerSpan]) -> Value | None:
    """Return the most probable span that is a value of this kind, None where there is none; spans come best first."""
    asked = stems(question)
    found = (_value(one.text, kind, asked) for one in spans if one.log_probability >= LEAST_PROBABLE)
    return next((value for value in found if value is not None), None)


def _value(text: str, kind: ValueKind, asked: frozenset[str]) -> Value | None:
    if kind == "date":
        named = dates(text)
        return Value(text, kind, dates=named) if named else None
    if kind == "number":
        counted = quantities(text)
        return Value(text, kind, quantities=counted) if counted else None
    words = stems(text)
    fresh = words - asked
    if not fresh or len(words & asked) > len(words) / 2 or len(WORD.findall(text)) > LONGEST_PHRASE:
        return None
    return Value(text, kind, stems=fresh)
