"""The quotations and figures of a draft, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.records import Span
from qa.text.quantities import WORDS
from qa.text.sentences import split_sentences

# Fewer words in quotation marks are a name, a title or a word that the writer keeps at a distance.
QUOTATION_WORDS = 3
# What an unclosed mark may take in at most.
QUOTATION_CHARACTERS = 2000

_PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "「": "」", "『": "』", '"': '"'}
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d|\b(?:" + "|".join(WORDS) + r"|dozens|hundreds|thousands|millions|several)\b", re.IGNORECASE)


def find_quotations(draft: str) -> Iterator[Span]:
    """Yield the ranges between quotation marks, in order and apart, each within its paragraph.

    A mark that is not closed opens a quotation up to the end of its paragraph, as in a quotation of several paragraphs.
    """
    for paragraph in _PARAGRAPH.finditer(draft):
        for start, end in _between_marks(draft, *paragraph.span()):
            while start < end and draft[start].isspace():
                start += 1
            end = min(end, start + QUOTATION_CHARACTERS)
            while end > start and draft[end - 1].isspace():
                end -= 1
            if sum(1 for _ in zip(_WORD.finditer(draft, start, end), range(QUOTATION_WORDS), strict=False)) >= (
                QUOTATION_WORDS
            ):
                yield Span(start, end)


def _between_marks(draft: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield what stands between an opening mark and the first that closes it; marks inside are of another kind."""
    opened, closing = -1, ""
    for at in range(start, end):
        character = draft[at]
        if opened >= 0 and character in closing:
            yield opened, at
            opened = -1
        elif opened < 0 and character in _PAIRS:
            opened, closing = at + 1, _PAIRS[character]
    if opened >= 0:
        yield opened, end


def find_figures(draft: str, quotations: list[Span]) -> Iterator[Span]:
    """Yield the sentences that name a number, in order, but those that a quotation overlaps."""
    at = 0
    for sentence in split_sentences(draft, 0, len(draft)):
        while at < len(quotations) and quotations[at].end <= sentence.start:
            at += 1
        quoted = at < len(quotations) and quotations[at].start < sentence.end
        if not quoted and _NUMBER.search(draft, sentence.start, sentence.end):
            yield sentence
