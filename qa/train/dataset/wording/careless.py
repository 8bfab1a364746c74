"""Questions as they are typed in a hurry: without their question mark, without function words, with a slip."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from qa.train.dataset.pairs import Family, pick

UNMARKED_SHARE = 0.35  # of the families: their questions have no question mark
BARE_SHARE = 0.06  # of the families: their questions have no function words
SLIP_SHARE = 0.05  # of the families: one word of each question has two letters exchanged
FEWEST_WORDS_LEFT = 3  # without function words
SHORTEST_SLIP = 5  # letters
_WORDS = (
    "a an the of to in on at by for from with and or is are was were be been do does did has have had it its this that"
)
_FUNCTION_WORDS = frozenset(_WORDS.split())


def make_careless(families: Sequence[Family], chance: np.random.Generator) -> list[Family]:
    """Return the families, some of them with careless questions; the questions of one family are treated alike."""
    return [_mistype(one, chance) for one in families]


def _mistype(family: Family, chance: np.random.Generator) -> Family:
    unmarked, bare, slip = chance.random(3) < (UNMARKED_SHARE, BARE_SHARE, SLIP_SHARE)
    typed: dict[str, str] = {}
    for question in dict.fromkeys(pair.question for pair in family.pairs):
        text = _drop_function_words(question) if bare else question
        text = _exchange_letters(text, chance) if slip else text
        typed[question] = text.rstrip(" ?") if unmarked and text.strip(" ?") else text
    return replace(family, pairs=tuple(replace(pair, question=typed[pair.question]) for pair in family.pairs))


def _drop_function_words(question: str) -> str:
    """Return the question without its function words, or as it is if too little would be left.

    >>> _drop_function_words("When did the ferry sink in Norway?")
    'When ferry sink Norway?'
    """
    left = [word for word in question.split() if word.lower() not in _FUNCTION_WORDS]
    return " ".join(left) if len(left) >= FEWEST_WORDS_LEFT else question


def _exchange_letters(question: str, chance: np.random.Generator) -> str:
    """Return the question with two neighbouring letters exchanged inside one of its longer words in lower case.

    >>> _exchange_letters("Is a train in?", np.random.default_rng(0))
    'Is a trian in?'
    """
    words = [
        one
        for one in re.finditer(r"\S+", question)
        if len(one[0]) >= SHORTEST_SLIP and one[0].isalpha() and one[0].islower()
    ]
    if not words:
        return question
    word = pick(words, chance)
    at = word.start() + int(chance.integers(1, len(word[0]) - 2))
    return question[:at] + question[at + 1] + question[at] + question[at + 2 :]
