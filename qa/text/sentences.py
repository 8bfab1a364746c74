"""Sentences as exact slices of a text: sentencex splits, then a thin layer corrects its errors on news text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import sentencex

from qa.records import Span
from qa.text.abbreviations import CONTEXT_CHARACTERS, ends_in_abbreviation
from qa.text.lines import trim

CHUNK_CHARACTERS = 20_000
LONG_SENTENCE_CHARACTERS = 300

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_QUOTES = re.compile(r"[“”‘’\"«»()]|(?<!\w)'|'(?!\w)")
# At most ten marks: without a limit, the time for a text of marks alone grows with its square.
_CHUNK_END = re.compile(r"[.!?…][^\w\s]{0,10}\s+(?=\S)")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_ELLIPSIS_END = re.compile(r"(?:…|\.\.\.)[”’\"')]*\s+(?=[“‘\"'(\[]?[A-Z])")
_STRAY_OPENER = re.compile(r"\s[“‘\"'(\[]+\s*$")
_CLOSERS_AHEAD = re.compile(r"(?:[*_]{1,3}|(?:\[\^?[^\]\s]{1,12}\])+|[\s]*[”’»)\].,;:!?…]+)(?=\s|$)")
_CONTINUES = re.compile(r"(?P<word>[^\W\d_]+)(?=[\s,;:.])|[-–—](?=\s?\w)|[&+/]")
_QUOTED_END = re.compile(r"[.!?…][”’\"'»)“‘]+$")
_ENUMERATOR = re.compile(r"\s*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})[.)]\s*")


def split_sentences(text: str, start: int, end: int, language: str = "en") -> tuple[Span, ...]:
    """Return the trimmed sentences of ``text[start:end]`` in order; every visible character is in exactly one.

    language is the two letters of the language whose rules apply.
    """
    spans: list[Span] = []
    for first, last in _split_chunks(text, start, end):
        piece = text[first:last]
        ends = _split_long(piece, language, _correct_ends(piece, _find_ends(piece, language), language))
        spans.extend(trim(text, first + left, first + right) for left, right in pairwise([0, *ends]))
    return tuple(span for span in spans if span.start < span.end)


def _split_chunks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield pieces of a very long range, cut near sentence ends, because sentencex takes more than linear time."""
    while end - start > CHUNK_CHARACTERS:
        window = text[start + CHUNK_CHARACTERS // 2 : start + CHUNK_CHARACTERS]
        cuts = [match.end() for match in _CHUNK_END.finditer(window)] or [space + 1 for space in [window.rfind(" ")]]
        cut = start + CHUNK_CHARACTERS // 2 + cuts[-1] if cuts[-1] else start + CHUNK_CHARACTERS
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _find_ends(piece: str, language: str) -> list[int]:
    """Return where sentencex ends each sentence; the last end is the length of the piece."""
    readable = _SURROGATE.sub("?", piece)
    ends, at = [], 0
    for segment in sentencex.segment(language, readable):
        at += len(segment)
        ends.append(at)
    ends.extend(match.end() for match in _ELLIPSIS_END.finditer(piece))
    return sorted({*ends, len(piece)} - {0})


def _correct_ends(piece: str, ends: list[int], language: str) -> list[int]:
    """Return the ends with wrong ones moved or dropped."""
    corrected: list[int] = []
    start, letter = 0, _find_letter(piece, 0)
    for end in ends[:-1]:
        end = _move_end(piece, start, end)
        if end > max(start, letter) and not _is_inside_sentence(piece, start, end, language):
            corrected.append(end)
            start, letter = end, _find_letter(piece, end)
    return [*corrected, ends[-1]]


def _find_letter(piece: str, start: int) -> int:
    """Return the position of the next letter or digit; marks alone are not a sentence."""
    found = _LETTER_OR_DIGIT.search(piece, start)
    return len(piece) if found is None else found.start()


def _move_end(piece: str, start: int, end: int) -> int:
    """Move an end before a stray opening quote, or past closing marks that belong to the sentence."""
    tail = piece[max(start, end - 6) : end]
    if opener := _STRAY_OPENER.search(tail):
        return end - len(tail) + opener.start() + 1
    if closers := _CLOSERS_AHEAD.match(piece, end):
        return closers.end()
    return end


def _is_inside_sentence(piece: str, start: int, end: int, language: str) -> bool:
    if _ENUMERATOR.fullmatch(piece, start, end) or ends_in_abbreviation(piece, start, end, language):
        return True
    before = piece[max(start, end - CONTEXT_CHARACTERS) : end].rstrip()
    if before.endswith("」") and piece.startswith("と", end):
        return True
    follows = _CONTINUES.match(piece, end)
    if follows is None or (follows["word"] and not follows["word"].islower()):
        return False
    return before.endswith((".", "?", "!")) or (follows["word"] is not None and _QUOTED_END.search(before) is not None)


def _split_long(piece: str, language: str, ends: list[int]) -> list[int]:
    """Split a long quotation, which sentencex keeps whole, between the sentences inside it."""
    split: list[int] = []
    for start, end in pairwise([0, *ends]):
        if end - start > LONG_SENTENCE_CHARACTERS:
            bare = _QUOTES.sub(" ", piece[start:end])
            split.extend(
                start + inner for inner in _correct_ends(piece[start:end], _find_ends(bare, language), language)[:-1]
            )
        split.append(end)
    return split
