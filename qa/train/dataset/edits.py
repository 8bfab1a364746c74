"""Edited questions: with another number, name or role, or reduced to key words."""

from __future__ import annotations

import re

import numpy as np

from qa.train.dataset.pairs import pick

_NAME = re.compile(r"(?<!^)(?<![.?!] )\b([A-Z][\w'’.-]*\w(?:\s+(?:of|the|de|van|von|and)?\s*[A-Z][\w'’-]*\w)*)")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_YEAR = re.compile(r"[0-9]{4}")
# Differences between a year and the one that replaces it.
_YEARS_AWAY = (-30, -12, -5, -3, -2, -1, 1, 2, 3, 4, 7, 15, 40)
_PAIRS_OF_OPPOSITES = (
    "first/last largest/smallest most/least before/after more/fewer highest/lowest oldest/youngest north/south "
    "east/west increase/decrease early/late high/low large/small long/short father/mother son/daughter won/lost "
    "win/lose began/ended start/end earliest/latest male/female men/women northern/southern eastern/western "
    "support/oppose best/worst winter/summer minimum/maximum accept/reject born/buried king/queen husband/wife "
    "brother/sister"
)
_OPPOSITES = [tuple(pair.split("/")) for pair in _PAIRS_OF_OPPOSITES.split()]
_STOPS = (
    "the a an of to in on at for and or is are was were be been by with as that this it its from how what when who "
    "where which why did do does has have had i you he she they we not no can could would whom whose there their his "
    "her about into during many much"
)
_STOP_WORDS = frozenset(_STOPS.split())
# Question words and how a search may be typed instead; {} stands for the other words.
_TYPED = [
    (re.compile(r"\bwhen\b|what year"), ("{} date", "{} when", "{} year", "{}")),
    (re.compile(r"\bhow (?:many|much)\b"), ("how many {}", "number {}", "{} number")),
    (re.compile(r"\bwho\b"), ("who {}", "{} name", "{}")),
    (re.compile(r"\bwhere\b"), ("where {}", "{} place", "{} location")),
    (re.compile(r"\bwhy\b"), ("why {}", "{} reason")),
]


def edits_of(question: str, passage: str, other: str, chance: np.random.Generator) -> list[str]:
    """Return the question once per number, name or role that can be exchanged; most results are unanswerable.

    Names and numbers come from the passage or from ``other``, another passage on the topic.
    """
    edits = [
        *_other_number(question, f"{passage} {other}", chance),
        *_other_name(question, passage, other, chance) * 2,
        *_other_role(question, chance),
    ]
    return [edit for edit in edits if edit != question]


def _other_number(question: str, texts: str, chance: np.random.Generator) -> list[str]:
    number = _NUMBER.search(question)
    if number is None:
        return []
    said = number.group()
    found = [other for other in _NUMBER.findall(texts) if other != said and len(other) == len(said)]
    if _YEAR.fullmatch(said):
        found.append(str(int(said) + pick(_YEARS_AWAY, chance)))
    return [question[: number.start()] + pick(found, chance) + question[number.end() :]] if found else []


def _other_name(question: str, passage: str, other: str, chance: np.random.Generator) -> list[str]:
    names, said = list(_NAME.finditer(question)), question.lower()
    if not names:
        return []
    here = [name for name in _NAME.findall(passage) if name.lower() not in said]
    there = [name for name in _NAME.findall(other) if name.lower() not in said and name not in passage]
    pool = here if here and chance.random() < 0.5 else there or here
    name = pick(names, chance)
    return [question[: name.start(1)] + pick(pool, chance) + question[name.end(1) :]] if pool else []


def _other_role(question: str, chance: np.random.Generator) -> list[str]:
    roles = [
        (old, new)
        for one, two in _OPPOSITES
        for old, new in ((one, two), (two, one))
        if re.search(rf"\b{old}\b", question, re.IGNORECASE)
    ]
    if not roles:
        return []
    old, new = pick(roles, chance)
    return [re.sub(rf"\b{old}\b", new, question, count=1, flags=re.IGNORECASE)]


def as_keywords(question: str, chance: np.random.Generator) -> str | None:
    """Return the question as key words; None when too few words are left.

    >>> as_keywords("Did the king of Spain abdicate?", np.random.default_rng(0))
    'king spain abdicate'
    """
    said = question.lower()
    words = [word for word in re.findall(r"[\w'-]+", said) if word not in _STOP_WORDS]
    forms = next((forms for asked, forms in _TYPED if asked.search(said)), ("{}",))
    typed = pick(forms, chance).format(" ".join(words)).strip()
    return typed if len(typed.split()) > 1 else None
