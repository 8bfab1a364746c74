"""Sentences of an article altered in one place, which it no longer says, and shortened ones, which it still says."""

from __future__ import annotations

import re

import numpy as np

from qa.train.dataset.pairs import pick
from qa.train.dataset.wording.edits import exchange_name, exchange_number, exchange_opposite

SHORTEST_MAIN_CLAUSE = 40  # characters in front of a clause that is left out
_HEDGE = re.compile(
    r"\b(?:may|might|could|reportedly|allegedly|probably|possibly|at least|about|more than|nearly|almost|up to|likely"
    r"|some|often|usually|sometimes) "
)
_AUXILIARY = re.compile(r"\b(?:is|was|were|are|has|had|did|can|will|have|could|would)\b(?! not)")
_NEGATION = re.compile(r"\b(?:not|never|no) ")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*")
_TAIL = re.compile(
    r",? (?:which|who|because|after|before|while|when|and|where|in order to|by|with) [^.,;]{12,90}(?=[.,;])"
)
_ASIDE = re.compile(r", (?:which|who|where)[^,.;]{8,90},| \([^)]{2,60}\)")
_OPENING = re.compile(r"^(?:In|On|At|During|After|Before|By|According)[^,]{3,60}, (?=\w)")
_CLOSING = re.compile(r",? (?:and|but|while|although|because|where|which) [^.]{15,}\.$")


def alter(sentence: str, passage: str, other: str, most: int, chance: np.random.Generator) -> list[str]:
    """Return at most ``most`` alterations of a sentence of the passage; ``other`` is a passage of another article."""
    found = [
        exchange_name(sentence, passage, other, chance),
        exchange_number(sentence, f"{passage} {other}", chance),
        exchange_opposite(sentence, chance),
        _put_negation_in(sentence, chance),
        _without(_choose(_NEGATION, sentence, chance), sentence),
        _without(_choose(_HEDGE, sentence, chance), sentence),
        _swap_names(sentence, chance),
        _add_clause(sentence, other, chance),
    ]
    altered = [one for one in found if one is not None and one != sentence]
    return [altered[place] for place in chance.permutation(len(altered))[:most]]


def shorten(sentence: str, chance: np.random.Generator) -> str | None:
    """Return the sentence without an aside, its opening or its last clause, which it still says; None without one."""
    asides = _ASIDE.finditer(sentence)
    shorter = [f"{sentence[: aside.start()]} {sentence[aside.end() :].lstrip()}" for aside in asides]
    opening = _OPENING.match(sentence)
    if opening is not None:
        rest = sentence[opening.end() :]
        shorter.append(rest[0].upper() + rest[1:])
    closing = _CLOSING.search(sentence)
    if closing is not None and closing.start() >= SHORTEST_MAIN_CLAUSE:
        shorter.append(sentence[: closing.start()] + ".")
    return pick(shorter, chance) if shorter else None


def _choose(pattern: re.Pattern[str], text: str, chance: np.random.Generator) -> re.Match[str] | None:
    places = list(pattern.finditer(text))
    return pick(places, chance) if places else None


def _without(place: re.Match[str] | None, sentence: str) -> str | None:
    return place and sentence[: place.start()] + sentence[place.end() :]


def _put_negation_in(sentence: str, chance: np.random.Generator) -> str | None:
    place = _choose(_AUXILIARY, sentence, chance)
    return place and f"{sentence[: place.end()]}{pick((' not', ' never'), chance)}{sentence[place.end() :]}"


def _swap_names(sentence: str, chance: np.random.Generator) -> str | None:
    names = list(_NAME.finditer(sentence))
    if len(names) < 2:
        return None
    one, two = (names[place] for place in sorted(chance.permutation(len(names))[:2].tolist()))
    return f"{sentence[: one.start()]}{two[0]}{sentence[one.end() : two.start()]}{one[0]}{sentence[two.end() :]}"


def _add_clause(sentence: str, other: str, chance: np.random.Generator) -> str | None:
    """Return the sentence with a clause of the other passage behind it."""
    tail = _choose(_TAIL, other, chance)
    return tail and f"{sentence.rstrip('. ')}{tail.group()}."
