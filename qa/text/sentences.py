"""Sentences as exact slices: sentencex decides, a thin layer mends what news text does to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import sentencex

from qa.records import Span
from qa.text.lines import trimmed

LANGUAGE = "en"
CHUNK = 20_000
LONG_SENTENCE = 300
# So much before an end tells whether it stands rightly.
TAIL = 40

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_QUOTES = re.compile(r"[“”‘’\"«»()]|(?<!\w)'|'(?!\w)")
# So many marks at most: without a limit, a text of marks alone takes time that grows with its square.
_CHUNK_END = re.compile(r"[.!?…][^\w\s]{0,10}\s+(?=\S)")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_ELLIPSIS_END = re.compile(r"(?:…|\.\.\.)[”’\"')]*\s+(?=[“‘\"'(\[]?[A-Z])")
_STRAY_OPENER = re.compile(r"\s[“‘\"'(\[]+\s*$")
_CLOSERS_AHEAD = re.compile(r"[\s]*[”’»)\].,;:!?…]+(?=\s|$)")
_CONTINUES = re.compile(r"[a-z]+(?=[\s,;:.])|[-–—](?=\s?\w)")
_ENUMERATOR = re.compile(r"\s*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})[.)]\s*")
_CLOCK = re.compile(r"\b[ap]\.m\.\s+$")
_AFTER_CLOCK = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:ET|EST|EDT|GMT|UTC|BST|CET|PT|local)\b")


def sentences(text: str, start: int, end: int) -> tuple[Span, ...]:
    """Return the sentences of ``text[start:end]``, in order, trimmed; each non-space character is in exactly one."""
    spans: list[Span] = []
    for first, last in _chunks(text, start, end):
        piece = text[first:last]
        ends = _split_long(piece, _mend(piece, _boundaries(piece)))
        spans.extend(trimmed(text, first + left, first + right) for left, right in pairwise([0, *ends]))
    return tuple(span for span in spans if span.start < span.end)


def _chunks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut very long ranges near sentence ends: the library's time grows faster than the text."""
    while end - start > CHUNK:
        window = text[start + CHUNK // 2 : start + CHUNK]
        cuts = [match.end() for match in _CHUNK_END.finditer(window)] or [space + 1 for space in [window.rfind(" ")]]
        cut = start + CHUNK // 2 + cuts[-1] if cuts[-1] else start + CHUNK
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _boundaries(piece: str) -> list[int]:
    """Return where the library ends each sentence; the last is the length of the piece."""
    readable = _SURROGATE.sub("?", piece)
    ends, at = [], 0
    for segment in sentencex.segment(LANGUAGE, readable):
        at += len(segment)
        ends.append(at)
    ends.extend(match.end() for match in _ELLIPSIS_END.finditer(piece))
    return sorted({*ends, len(piece)} - {0})


def _mend(piece: str, ends: list[int]) -> list[int]:
    """Move or drop ends that stand wrongly."""
    mended: list[int] = []
    start, letter = 0, _next_letter(piece, 0)
    for end in ends[:-1]:
        end = _moved(piece, start, end)
        if end > max(start, letter) and not _belongs_together(piece, start, end):
            mended.append(end)
            start, letter = end, _next_letter(piece, end)
    return [*mended, ends[-1]]


def _next_letter(piece: str, start: int) -> int:
    """Return where the next letter or digit is: marks alone are no sentence."""
    found = _LETTER_OR_DIGIT.search(piece, start)
    return len(piece) if found is None else found.start()


def _moved(piece: str, start: int, end: int) -> int:
    """Give an opening quote left behind to the next sentence, and closing marks at its front back to this one."""
    tail = piece[max(start, end - 6) : end]
    if opener := _STRAY_OPENER.search(tail):
        return end - len(tail) + opener.start() + 1
    if closers := _CLOSERS_AHEAD.match(piece, end):
        return closers.end()
    return end


def _belongs_together(piece: str, start: int, end: int) -> bool:
    if _ENUMERATOR.fullmatch(piece, start, end):
        return True
    before = piece[max(start, end - TAIL) : end]
    if _CLOCK.search(before) and _AFTER_CLOCK.match(piece, end):
        return True
    return before.rstrip().endswith(".") and _CONTINUES.match(piece, end) is not None


def _split_long(piece: str, ends: list[int]) -> list[int]:
    """Split a long quotation of several sentences, which the library keeps whole, at the sentences inside it."""
    split: list[int] = []
    for start, end in pairwise([0, *ends]):
        if end - start > LONG_SENTENCE:
            bare = _QUOTES.sub(" ", piece[start:end])
            split.extend(start + inner for inner in _mend(piece[start:end], _boundaries(bare))[:-1])
        split.append(end)
    return split
