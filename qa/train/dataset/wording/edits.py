"""Questions that ask for something else: a name, a number, a word or a negation is exchanged."""

from __future__ import annotations

import re

import numpy as np

from qa.train.dataset.pairs import pick
from qa.train.dataset.wording.opposites import OPPOSITES

# The shares of the edits that people made, of those that need no knowledge of what the words mean.
SHARES = {"name": 0.44, "opposite": 0.24, "negation": 0.16, "number": 0.16}
# How often a name comes from the question's own passage rather than from another one.
OWN_NAMES = 0.6

_NAME = re.compile(
    r"(?<!^)(?<![.?!] )\b([A-Z][\w'.-]*\w(?:\s+(?:(?:of|the|de|van|von|and)\s*)?[A-Z][\w'-]*\w)*)",
)
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_YEAR = re.compile(r"[0-9]{4}")
_YEARS_AWAY = (-100, -50, -30, -12, -5, -3, -2, -1, 1, 2, 3, 4, 7, 15, 40, 100)
_WORD = re.compile(r"[A-Za-z]+")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|did|does|do|has|have|had|could|would|should|can|will)\b(?!n't| not)", re.IGNORECASE
)
_IRREGULAR_NEGATIONS = {"can": "can't", "will": "won't"}
_SUBJECT_AND_VERB = re.compile(
    r"^(who|which \w+|what \w+) (\w+ed|won|made|led|wrote|became|took|gave|said)\b", re.IGNORECASE
)


def edit_question(question: str, passage: str, other: str, chance: np.random.Generator) -> str | None:
    """Return the question with one thing exchanged, so that its passage most probably no longer answers it.

    Names and numbers come from the passage or from ``other``, a passage of the same article. None where nothing can be
    exchanged.
    """
    made = {
        "name": exchange_name(question, passage, other, chance),
        "opposite": exchange_opposite(question, chance),
        "negation": negate(question),
        "number": exchange_number(question, f"{passage} {other}", chance),
    }
    found = {kind: edit for kind, edit in made.items() if edit is not None and edit != question}
    if not found:
        return None
    shares = np.array([SHARES[kind] for kind in found])
    return list(found.values())[int(chance.choice(len(found), p=shares / shares.sum()))]


def exchange_number(question: str, texts: str, chance: np.random.Generator) -> str | None:
    """Return the question with its first number exchanged for one of the texts of the same length, or another year."""
    number = _NUMBER.search(question)
    if number is None:
        return None
    said = number.group()
    found = [other for other in _NUMBER.findall(texts) if other != said and len(other) == len(said)]
    if _YEAR.fullmatch(said):
        found.append(str(int(said) + pick(_YEARS_AWAY, chance)))
    return question[: number.start()] + pick(found, chance) + question[number.end() :] if found else None


def exchange_name(question: str, passage: str, other: str, chance: np.random.Generator) -> str | None:
    """Return the question with one of its names exchanged for another one, of the same form where there is one."""
    names, asked = list(_NAME.finditer(question)), question.lower()
    if not names:
        return None
    here = [name for name in _NAME.findall(passage) if name.lower() not in asked]
    there = [name for name in _NAME.findall(other) if name.lower() not in asked and name not in passage]
    pool = here if here and chance.random() < OWN_NAMES else there or here
    name = pick(names, chance)
    pool = [other for other in pool if _have_one_form(name.group(1), other)] or pool
    return question[: name.start(1)] + pick(pool, chance) + question[name.end(1) :] if pool else None


def _have_one_form(name: str, other: str) -> bool:
    """Return whether both have the same number of words, and both or neither are in capitals."""
    return len(name.split()) == len(other.split()) and name.isupper() == other.isupper()


def exchange_opposite(question: str, chance: np.random.Generator) -> str | None:
    """Return the question with one of its words exchanged for its opposite."""
    words = [word for word in _WORD.finditer(question) if word.group().lower() in OPPOSITES]
    if not words:
        return None
    word = pick(words, chance)
    return question[: word.start()] + pick(OPPOSITES[word.group().lower()], chance) + question[word.end() :]


def negate(question: str) -> str | None:
    """Return the question with "never" in front of its verb, or with its auxiliary negated."""
    subject = _SUBJECT_AND_VERB.match(question)
    if subject is not None:
        return f"{subject.group(1)} never {question[subject.start(2) :]}"
    auxiliary = _AUXILIARY.search(question)
    if auxiliary is None:
        return None
    word = auxiliary.group()
    negated = _IRREGULAR_NEGATIONS.get(word.lower(), f"{word}n't")
    return question[: auxiliary.start()] + negated + question[auxiliary.end() :]
