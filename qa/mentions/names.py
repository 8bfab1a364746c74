"""A name in every spelling that the articles have, and its places in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.protocols import WordIndex
from qa.records import Span
from qa.search.spelling import alike
from qa.text.fold import fold

# Words of a name that are looked for; the rest is ignored.
NAME_WORDS = 8
# Shorter words have too many neighbours that sound the same.
SHORTEST_RESPELLED = 4

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$|['’]s$", re.IGNORECASE)
# What may stand between two words of a name: a space, a hyphen, an initial or one more name.
_GAP = re.compile(r"[\s.\-–]{1,3}(?:[^\W\d_][\w'’]*[\s.\-–]{1,3})?")


@dataclass(frozen=True, slots=True)
class Place:
    """A range of a text that names somebody or something; ``whole`` when all words of the name stand there."""

    start: int
    end: int
    whole: bool


class Name:
    """A name as it is looked for: for each of its words the terms of all its spellings.

    Where the name is typed with a capital letter, it is found with one only.
    """

    def __init__(self, name: str, words: WordIndex) -> None:
        typed = [found[0] for found in _WORD.finditer(name)][:NAME_WORDS]
        self._words = words
        self._typed = typed
        self._capital = [word[0].isupper() for word in typed]
        self._spellings = [_spellings(word, words) for word in typed]
        self._known: dict[str, tuple[int, ...]] = {}

    @property
    def words(self) -> str:
        """Return all words in all spellings, as a search takes them."""
        return " ".join([*self._typed, *(term for terms in self._spellings for term in sorted(terms))])

    def places(self, text: str, sentence: Span) -> Iterator[Place]:
        """Yield where the sentence has the whole name, and where it has its last word alone, in order."""
        at = sentence.start
        found = [(match.start(), _end(match), self._numbers(match[0])) for match in
                 _WORD.finditer(text, sentence.start, sentence.end)]  # fmt: skip
        last = len(self._spellings) - 1
        for index, (start, end, numbers) in enumerate(found):
            if start < at:
                continue
            if 0 in numbers and (whole := self._whole(text, found[index:])) is not None:
                yield Place(start, whole, True)
                at = whole
            elif last > 0 and last in numbers:
                yield Place(start, end, False)

    def _whole(self, text: str, found: list[tuple[int, int, tuple[int, ...]]]) -> int | None:
        """Return the end of the whole name that begins with the first of these words, or None."""
        end, wanted = found[0][1], 1
        for start, stop, numbers in found[1 : 2 * len(self._spellings)]:
            if wanted == len(self._spellings):
                break
            if wanted in numbers:
                if _GAP.fullmatch(text, end, start) is None:
                    return None
                end, wanted = stop, wanted + 1
        return end if wanted == len(self._spellings) else None

    def _numbers(self, word: str) -> tuple[int, ...]:
        """Return which words of the name this word may be."""
        known = self._known.get(word)
        if known is None:
            terms = set(self._words.terms(word))
            known = self._known[word] = tuple(
                number
                for number, spellings in enumerate(self._spellings)
                if terms & spellings and (word[0].isupper() or not self._capital[number])
            )
        return known


def _end(match: re.Match[str]) -> int:
    """Return where a word ends without its possessive."""
    possessive = _POSSESSIVE.search(match[0])
    return match.start() + (possessive.start() if possessive else len(match[0]))


def _spellings(word: str, words: WordIndex) -> frozenset[str]:
    """Return the term of a word, and in a word that is long enough the terms that sound the same."""
    terms = words.terms(word)
    if len(terms) != 1 or len(fold(word)) < SHORTEST_RESPELLED:
        return frozenset(terms)
    return frozenset([terms[0], *alike(terms[0], words)])
