"""The words of a quote that answer: the shortest range that the network finds to begin and end the answer."""

from __future__ import annotations

import numpy as np

from qa.answer.reader import Quote
from qa.protocols import CONTINUES_WORD, Matrix, WordPieces
from qa.records import Span
from qa.text.scripts import UNSPACED

# Word pieces of the longest range, and the share of a quote's characters above which emphasis tells nothing.
LONGEST_PIECES = 16
MOST_OF_QUOTE = 0.8
# The sum of both log odds below which a range is rarely the answer.
LEAST_ODDS = 5.0
# What a range does not end with.
TRAILING = ".,;:!?"


def find_emphasis(quote: Quote, pieces: WordPieces, words: Matrix) -> Span | None:
    """Return the range of the article that answers, whole words of the quote; None where none stands out.

    words (2, n) are the log odds of each of the paragraph's n pieces to begin and to end the answer.
    """
    start = quote.paragraph.start
    inside = (pieces.spans[:, 0] >= quote.start - start) & (pieces.spans[:, 1] <= quote.end - start)
    numbers = np.flatnonzero(inside)
    if not len(numbers):
        return None
    scores = words[0, numbers][:, None] + words[1, numbers][None, :]
    length = numbers[None, :] - numbers[:, None]
    scores = np.where((length >= 0) & (length < LONGEST_PIECES), scores, -np.inf)
    first, last = (int(numbers[at]) for at in np.unravel_index(int(np.argmax(scores)), scores.shape))
    if scores.max() < LEAST_ODDS:
        return None
    while first > numbers[0] and pieces.marks[first] & CONTINUES_WORD:
        first -= 1
    while last < numbers[-1] and pieces.marks[last + 1] & CONTINUES_WORD:
        last += 1
    begin, text = int(pieces.spans[first, 0]), quote.paragraph.text
    length_of_words = len(text[begin : int(pieces.spans[last, 1])].rstrip(TRAILING))
    if not 0 < length_of_words <= MOST_OF_QUOTE * (quote.end - quote.start):
        return None
    if _cuts_word(text, begin) or _cuts_word(text, begin + length_of_words):
        return None
    return Span(start + begin, start + begin + length_of_words)


def _cuts_word(text: str, at: int) -> bool:
    """Return whether a place is inside of a word, as the ends of pieces of a nearly equal paragraph can be."""
    around = text[max(0, at - 1) : at + 1]
    return len(around) == 2 and around.isalnum() and UNSPACED.search(around) is None
