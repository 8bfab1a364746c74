"""Negations and hedges: what a source denies or only supposes may not be written as a fact, nor the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.writing.checks.words import Word

NEGATIONS = frozenset(
    ["not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot", "hardly", "t"]
)
SUPPOSITIONS = frozenset(
    [
        "may",
        "might",
        "could",
        "possibly",
        "perhaps",
        "probably",
        "likely",
        "apparently",
        "seemingly",
        "potentially",
        "reportedly",
        "allegedly",
        "alleged",
        "suspected",
        "supposedly",
        "presumably",
        "believed",
        "thought",
        "rumoured",
        "rumored",
        "unconfirmed",
    ]
)
# Words that a negation or a hedge is looked for in front of a word.
WORDS_IN_SCOPE = 5
_CLAUSE_END = re.compile(r"[,;:()–—\"“”]|\s-\s")


@dataclass(frozen=True, slots=True)
class Marked:
    """The stems of a text that stand right behind a marking word, and all others."""

    inside: frozenset[str]
    outside: frozenset[str]


def mark(text: str, words: Sequence[Word], marks: frozenset[str]) -> Marked:
    """Return the content stems that the marks reach: the first behind each of them in its clause, or the last before.

    A mark reaches nothing across a comma or another mark of punctuation.
    """
    reached: set[int] = set()
    for at, word in enumerate(words):
        if word.text in marks and _is_mark(text, words, at):
            place = _first_in_scope(text, words, at)
            if place is not None:
                reached.add(place)
    content = [place for place, word in enumerate(words) if word.has_content and word.text not in marks]
    inside = frozenset(words[place].stem for place in reached)
    return Marked(inside, frozenset(words[place].stem for place in content if place not in reached))


def _is_mark(text: str, words: Sequence[Word], at: int) -> bool:
    """Tell whether the word marks; a lone t does so only as the end of a word such as "didn't"."""
    word = words[at]
    if word.text != "t":
        return True
    return at > 0 and words[at - 1].text.endswith("n") and text[words[at - 1].end : word.start] in {"'", "’"}


def _first_in_scope(text: str, words: Sequence[Word], at: int) -> int | None:
    for place in range(at + 1, min(len(words), at + 1 + WORDS_IN_SCOPE)):
        if _CLAUSE_END.search(text[words[place - 1].end : words[place].start]):
            break
        if words[place].has_content:
            return place
    for place in range(at - 1, max(-1, at - 1 - WORDS_IN_SCOPE), -1):
        if _CLAUSE_END.search(text[words[place].end : words[place + 1].start]):
            return None
        if words[place].has_content:
            return place
    return None


def find_wrong_polarity(sentence: Marked, cited: Iterable[Marked]) -> str | None:
    """Return a stem that one side marks and the other does not, or None.

    A stem that the cited text has both ways may stand either way.
    """
    parts = list(cited)
    inside = frozenset().union(*(part.inside for part in parts))
    outside = frozenset().union(*(part.outside for part in parts))
    added = sentence.inside & (outside - inside)
    dropped = (sentence.outside - sentence.inside) & (inside - outside)
    unknown = sentence.inside - inside - outside
    return min(added | dropped | unknown, default=None)
