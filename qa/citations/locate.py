"""Where a quotation stands in an article as it is now: unchanged, moved, edited or gone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Status = Literal["unchanged", "moved", "edited", "gone"]

# Seeds are cut from the quotation and looked up in the text: the start of an edited copy is where most of them point.
SEED = 12
SEED_STEP = 4
SEED_HITS = 50
# Below this share of equal characters in order, two sentences say different things.
ALIKE = 0.7
# What a comparison costs is the number of pairs of equal characters: in a text of few letters that is nearly the square
# of its length, and it is compared many times. Two sentences of 2,000 letters have half a million.
EQUAL_PAIRS = 2_000_000
_BOUNDARY = re.compile(r"[.?!…][\"'”’»)\]]*\s+|\n")
_TERMINATOR = re.compile(r"[.?!…][\"'”’»)\]]*(?=\s|$)|\n")


@dataclass(frozen=True, slots=True)
class Located:
    """A quotation's place in the text; start and end are 0 when it is gone."""

    status: Status
    start: int
    end: int


def locate(text: str, quote: str, prefix: str, suffix: str, start: int, end: int) -> Located:
    """Return where the quotation, once text[start:end] between prefix and suffix, stands in this text.

    Of several exact copies the one between the same words is taken, then the nearest. "edited" gives the range that
    took the quotation's place: at least 0.7 of the characters are the same (ratio of Ratcliff and Obershelp).
    """
    if quote and start >= 0 and end - start == len(quote) and text.startswith(quote, start):
        return Located("unchanged", start, end)
    places = list(_occurrences(text, quote))
    if places:
        best = max(places, key=lambda at: (_kinship(text, at, at + len(quote), prefix, suffix), -abs(at - start)))
        return Located("moved", best, best + len(quote))
    edited = _edited(text, quote, start)
    return Located("edited", *edited) if edited else Located("gone", 0, 0)


def _occurrences(text: str, part: str) -> Iterator[int]:
    at = text.find(part) if part else -1
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _kinship(text: str, start: int, end: int, prefix: str, suffix: str) -> int:
    """Return how many characters next to the range are those that stood next to the quotation."""
    before = text[max(0, start - len(prefix)) : start]
    after = text[end : end + len(suffix)]
    return _common(before[::-1], prefix[::-1]) + _common(after, suffix)


def _common(one: str, other: str) -> int:
    for length, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return length
    return min(len(one), len(other))


def _edited(text: str, quote: str, near: int) -> tuple[int, int] | None:
    votes = Counter(
        (at - offset) // SEED
        for offset in range(0, max(1, len(quote) - SEED + 1), SEED_STEP)
        for _, at in zip(range(SEED_HITS), _occurrences(text, quote[offset : offset + SEED]), strict=False)
    )
    nearest = sorted(votes, key=lambda cell: (-votes[cell], abs(cell * SEED - near)))[:3]
    found = [_best_match(text, quote, cell * SEED) for cell in nearest]
    likeness, start, end = max(found, default=(0.0, 0, 0), key=lambda one: one[0])
    return (start, end) if likeness >= ALIKE else None


def _best_match(text: str, quote: str, guess: int) -> tuple[float, int, int]:
    """Return the likeness and the range of the part near the guess that is most like the quotation."""
    low = max(0, guess - len(quote) // 2 - SEED)
    window = text[low : guess + len(quote) * 3 // 2 + SEED]
    if _equal_pairs(window, quote) > EQUAL_PAIRS:
        return 0.0, 0, 0
    blocks = SequenceMatcher(None, window, quote, autojunk=False).get_matching_blocks()
    long_enough = [block for block in blocks if block.size >= SEED_STEP]
    if not long_enough:
        return 0.0, 0, 0
    first, last = long_enough[0], long_enough[-1]
    start = _sentence_start(text, low + first.a, first.b)
    end = _sentence_end(text, low + last.a + last.size, len(quote) - last.b - last.size)
    return SequenceMatcher(None, text[start:end], quote, autojunk=False).ratio(), start, end


def _equal_pairs(one: str, other: str) -> int:
    counts = Counter(other)
    return sum(count * counts[character] for character, count in Counter(one).items())


def _sentence_start(text: str, at: int, missing: int) -> int:
    """Return the start of the sentence whose first `missing` characters were not found before `at`."""
    low = max(0, at - missing - SEED_STEP)
    boundaries = [found.end() for found in _BOUNDARY.finditer(text, low, at)]
    start = boundaries[-1] if boundaries else max(0, at - missing)
    while start < at and text[start].isspace():
        start += 1
    return start


def _sentence_end(text: str, at: int, missing: int) -> int:
    """Return the end of the sentence whose last `missing` characters were not found after `at`."""
    high = min(len(text), at + missing + SEED_STEP)
    found = _TERMINATOR.search(text, max(0, at - 1), high)
    if found:
        return found.start() if text[found.start()] == "\n" else max(at, found.end())
    return min(len(text), at + missing)
