"""Names of a written sentence: each has to stand in what the sentence cites, and in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from qa.text.fold import fold
from qa.writing.checks.words import Word

# Nouns that often begin a sentence and are no names there.
COMMON_NOUNS = frozenset(
    [
        "authorities",
        "boys",
        "children",
        "civilians",
        "couple",
        "doctors",
        "experts",
        "girls",
        "groups",
        "guards",
        "humans",
        "hundreds",
        "journalists",
        "man",
        "men",
        "observers",
        "officers",
        "officials",
        "parents",
        "people",
        "person",
        "persons",
        "police",
        "prisoners",
        "prosecutors",
        "relatives",
        "researchers",
        "residents",
        "scientists",
        "soldiers",
        "students",
        "teachers",
        "thousands",
        "troops",
        "victims",
        "volunteers",
        "witnesses",
        "woman",
        "women",
        "workers",
    ]
)


def names_of(words: Sequence[Word], lower_case: frozenset[str] = frozenset()) -> tuple[Word, ...]:
    """Return the words that are written like names.

    The first word of a text is a name unless it is a function word, one of COMMON_NOUNS, or one of ``lower_case``, the
    words that are known to be written without a capital.
    """
    return tuple(
        word
        for place, word in enumerate(words)
        if word.capital and word.has_content and (place > 0 or word.text not in lower_case | COMMON_NOUNS)
    )


def lower_case_words(words: Sequence[Word]) -> frozenset[str]:
    """Return the words that are written without a capital."""
    return frozenset(word.text for word in words if not word.capital)


def find_unknown_name(names: Sequence[Word], known: frozenset[str]) -> str | None:
    """Return the first name whose stem is not among those known, or None."""
    return next((word.text for word in names if word.stem not in known), None)


def find_swapped_names(
    sentence: str, names: Sequence[Word], cited: Sequence[tuple[str, Sequence[Word]]]
) -> tuple[str, str] | None:
    """Return two names that stand in the other order in every cited sentence that has both, or None.

    A passive on one side alone excuses it.
    """
    for first, second in _pairs(names):
        orders = [order for text, words in cited for order in _orders(first, second, text, words)]
        if orders and not any(same or passive != _is_passive(sentence) for same, passive in orders):
            return first.text, second.text
    return None


def _pairs(names: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    return ((one, other) for one, other in pairwise(names) if one.stem != other.stem)


def _orders(first: Word, second: Word, text: str, words: Sequence[Word]) -> Iterator[tuple[bool, bool]]:
    """Yield for each pair of places whether the order is the same, and whether the text is passive."""
    ones = [word.start for word in words if word.stem == first.stem]
    others = [word.start for word in words if word.stem == second.stem]
    passive = _is_passive(text)
    yield from ((one < other, passive) for one in ones for other in others)


def _is_passive(text: str) -> bool:
    return " by " in fold(text)
