"""Teasers: a heading such as "Latest articles" and the titles under it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.ingest.cleaning.phrases import compile_phrases
from qa.text.lines import Line

# The most words of a title and of a teaser.
TITLE_WORDS = 25
TEASER_WORDS = 80
# The most characters of a heading above teasers, and the most words of a section with titles.
HEADING_CHARACTERS = 80
HEADING_WORDS = 7

_STRONG = compile_phrases(
    r"""
    (?:the |our )?<kind>(?: \w+){0,2} <noun> ?:?
    <most> ?:?
    (?:related|latest) ?:?
    you (?:may|might|could) also (?:like|enjoy|be interested in)\b.{0,20}
    (?:what to )?read next ?:?
    recommended(?: for you)? ?:?
    (?:from )?around the web|from the web
    (?:promoted|sponsored|partner) (?:stories|content|links)
    editors?'?s? picks?
    trending(?: now| today)? ?:?
    don't miss ?:?|up next ?:?|also read ?:?|must reads? ?:?
    what others are reading|in case you missed it ?:?
    """,
    kind=r"(?:latest|related|recent|popular|trending|more|other|recommended|similar|top|<most>)",
    noun=r"(?:articles?|posts?|stories|news|reads?|reading|coverage|content|links|headlines|videos?)",
    most=r"most (?:read|popular|viewed|shared|recent|watched)",
)
_WEAK = re.compile(r"(?:more|latest|also) (?:from|in|on|by) .{2,40}")
_TEASER_END = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…)\])\W*(?:(?:read )?more|continue reading)?\W*$")
_CLOSED = re.compile(r"[.!;,:][\"')]*$")


def find_teasers(lines: Sequence[Line], free: Sequence[bool]) -> frozenset[int]:
    """Return the headings above teasers, and the titles and teasers under them.

    Only free lines can be such headings. A section ends at the first line that is neither a teaser, nor a title above a
    teaser, nor part of a list of titles at the end of the article.
    """
    taken: set[int] = set()
    tail = _find_tail(lines, free)
    for number, line in enumerate(lines):
        if number == 0 or number in taken or not free[number] or line.end - line.start > HEADING_CHARACTERS:
            continue
        section = set(_find_section(lines, number, tail)) if len(line.words) <= HEADING_WORDS else set()
        if _STRONG.fullmatch(line.folded) or (section and _WEAK.fullmatch(line.folded)):
            taken |= {number} | section
    return frozenset(taken)


def _find_section(lines: Sequence[Line], heading: int, tail: int) -> list[int]:
    if tail <= heading + 1:
        return list(range(heading + 1, len(lines)))
    section: list[int] = []
    number = heading + 1
    while number < len(lines):
        step = _count_pair(lines, number)
        if step == 0:
            break
        section.extend(range(number, number + step))
        number += step
    return section


def _count_pair(lines: Sequence[Line], number: int) -> int:
    """Return 1 for a teaser, 2 for a title above a teaser, 0 for anything else."""
    if _is_teaser(lines[number]):
        return 1
    if _is_title(lines[number]) and number + 1 < len(lines) and _is_teaser(lines[number + 1]):
        return 2
    return 0


def _is_teaser(line: Line) -> bool:
    return len(line.words) <= TEASER_WORDS and _TEASER_END.search(line.folded) is not None


def _is_title(line: Line) -> bool:
    return len(line.words) <= TITLE_WORDS and not _CLOSED.search(line.folded)


def _find_tail(lines: Sequence[Line], free: Sequence[bool]) -> int:
    """Return the first line of the run of titles, teasers and boilerplate that ends the article."""
    number = len(lines)
    while number and (not free[number - 1] or _is_title(lines[number - 1]) or _is_teaser(lines[number - 1])):
        number -= 1
    return number
