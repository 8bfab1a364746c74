"""Pronouns of a written sentence: a speaker has to be in what it cites, and a he may not become a she."""

from __future__ import annotations

from collections.abc import Collection

# Not "us" and "mine", which are a country and a pit, too.
SPEAKERS = frozenset(["i", "me", "my", "myself", "we", "our", "ours", "ourselves"])
WOMEN = frozenset(["she", "her", "hers", "herself"])
MEN = frozenset(["he", "him", "his", "himself"])


def find_wrong_pronoun(words: Collection[str], cited: Collection[str]) -> str | None:
    """Return a speaker's pronoun where the cited text has none, one of a woman where it has a man's alone, or None.

    The pronoun of a man is held to the same. Where the cited text has neither, both are taken as said.

    >>> find_wrong_pronoun(["she", "left"], ["he", "left"])
    'she'
    >>> find_wrong_pronoun(["she", "left"], ["berg", "left"]) is None
    True
    """
    known = frozenset(cited)
    wrong: frozenset[str] = frozenset() if known & SPEAKERS else SPEAKERS
    for these, others in ((WOMEN, MEN), (MEN, WOMEN)):
        if known & others and not known & these:
            wrong |= these
    return next((word for word in words if word in wrong), None)
