"""Numbers of a written sentence: each has to stand in what it cites, with the same bound and the same noun."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.text.fold import fold
from qa.writing.checks.words import Word, split_words

UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SCALES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
VALUES = {word: float(value) for value, word in enumerate(UNITS)} | {
    word: 20.0 + 10 * place for place, word in enumerate(TENS)
}
# Words between a number and the noun that it counts.
WORDS_TO_NOUN = 3
# Two numbers are the same up to this share, because 2.4 million is computed.
TOLERANCE = 1e-9

LOWER, UPPER, NEAR, EXACT = "at least", "at most", "about", "exactly"
_BOUNDS = {
    LOWER: ("at least", "more than", "over", "above", "no fewer than", "no less than", "exceeds", "exceeding"),
    UPPER: ("at most", "less than", "fewer than", "under", "below", "up to", "no more than"),
    NEAR: ("about", "around", "nearly", "almost", "some", "roughly", "approximately", "close to"),
}
_BOUND_BEFORE = {
    name: re.compile(rf"\b(?:{'|'.join(words)})(?: an?| the)?\s*[^\w\s]?$") for name, words in _BOUNDS.items()
}
_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text, its bound, and the stems of the words behind it."""

    value: float
    written: str
    bound: str
    nouns: tuple[str, ...]

    def equals(self, other: Number) -> bool:
        """Tell whether both are the same value."""
        return abs(self.value - other.value) <= TOLERANCE * max(abs(self.value), abs(other.value), 1)


def is_number(word: Word) -> bool:
    """Tell whether the word is a number or a part of one."""
    return word.text in VALUES or word.text in SCALES or word.text[0].isdigit()


def find_numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text, in order; the pronoun "one" is none of them.

    >>> [(one.value, one.bound) for one in find_numbers("At least twenty-five of 2.4 million")]
    [(25.0, 'at least'), (2400000.0, 'exactly')]
    """
    words = split_words(text)
    return tuple(_numbers(text, words))


def _numbers(text: str, words: Sequence[Word]) -> Iterator[Number]:
    at = 0
    while at < len(words):
        value, after = _read_value(words, at)
        if value is None:
            at += 1
            continue
        written = text[words[at].start : words[after - 1].end]
        before = fold(text[: words[at].start]).rstrip()
        bound = next((name for name, pattern in _BOUND_BEFORE.items() if pattern.search(before)), EXACT)
        nouns = tuple(word.stem for word in words[after : after + WORDS_TO_NOUN] if word.has_content)
        yield Number(value, written, bound, nouns)
        at = after


def _read_value(words: Sequence[Word], at: int) -> tuple[float | None, int]:
    """Return the value of the number that begins with this word, and the place after it; None where none begins."""
    word = words[at].text
    if word == "one" and not (at + 1 < len(words) and words[at + 1].text in SCALES):
        return None, at
    if (digits := _DIGITS.match(word)) is not None:  # letters may follow, as in 1990s and 16th
        value, after = _of_digits(digits[0]), at + 1
    elif word in VALUES:
        value, after = VALUES[word], at + 1
        if word in TENS and after < len(words) and words[after].text in UNITS[1:10]:
            value, after = value + VALUES[words[after].text], after + 1
    else:
        return None, at
    while after < len(words) and words[after].text in SCALES:
        value, after = value * SCALES[words[after].text], after + 1
    return value, after


def _of_digits(word: str) -> float:
    plain = word.replace(",", "")
    return float(plain) if plain.count(".") <= 1 else float(plain.replace(".", ""))


def find_wrong_number(sentence: Sequence[Number], cited: Sequence[Number]) -> str | None:
    """Return the first number that the cited text does not bear, as it is written, or None."""
    for number in sentence:
        same = [one for one in cited if one.equals(number)]
        if not same:
            return number.written
        if all(one.bound != number.bound for one in same):
            return f"{number.bound} {number.written}"
        if _counts_something_else(number, same, cited):
            return number.written
    return None


def _counts_something_else(number: Number, same: Sequence[Number], cited: Sequence[Number]) -> bool:
    """Tell whether the cited text counts with other numbers what this one counts."""
    noun = number.nouns[0] if number.nouns else None
    counted_by = [one for one in cited if noun in one.nouns]
    return bool(counted_by) and not any(one in same for one in counted_by)
