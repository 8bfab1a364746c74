"""Teasers: a heading such as "Latest articles" and what it lists."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.ingest.cleaning.phrases import one_of
from qa.text.lines import Line

TITLE_WORDS = 25

_STRONG = one_of(
    r"""
    (?:the |our )?<which>(?: \w+){0,2} <what> ?:?
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
    which=r"(?:latest|related|recent|popular|trending|more|other|recommended|similar|top|<most>)",
    what=r"(?:articles?|posts?|stories|news|reads?|reading|coverage|content|links|headlines|videos?)",
    most=r"most (?:read|popular|viewed|shared|recent|watched)",
)
_WEAK = re.compile(r"(?:more|latest|also) (?:from|in|on|by) .{2,40}")
_TEASER_END = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…)\])\W*(?:(?:read )?more|continue reading)?\W*$")
_CLOSED = re.compile(r"[.!;,:][\"')]*$")


def teaser_lines(lines: Sequence[Line], free: Sequence[bool]) -> frozenset[int]:
    """Return which lines are section headings of teasers, and the titles and teasers under them.

    Only lines that are free may be taken. A section ends at the first line that is neither a teaser, nor a title above
    one, nor part of a list of titles that runs to the end of the article.
    """
    taken: set[int] = set()
    tail = _tail_start(lines, free)
    for number, line in enumerate(lines):
        if number == 0 or number in taken or not free[number] or line.end - line.start > 80:
            continue
        section = set(_section(lines, number, tail)) if len(line.words) <= 7 else set()
        if _STRONG.fullmatch(line.folded) or (section and _WEAK.fullmatch(line.folded)):
            taken |= {number} | section
    return frozenset(taken)


def _section(lines: Sequence[Line], heading: int, tail: int) -> list[int]:
    if tail <= heading + 1:
        return list(range(heading + 1, len(lines)))
    section: list[int] = []
    number = heading + 1
    while number < len(lines):
        step = _pair_length(lines, number)
        if step == 0:
            break
        section.extend(range(number, number + step))
        number += step
    return section


def _pair_length(lines: Sequence[Line], number: int) -> int:
    """1 for a teaser, 2 for a title above a teaser, 0 for something else."""
    if _is_teaser(lines[number]):
        return 1
    if _is_title(lines[number]) and number + 1 < len(lines) and _is_teaser(lines[number + 1]):
        return 2
    return 0


def _is_teaser(line: Line) -> bool:
    return len(line.words) <= 80 and _TEASER_END.search(line.folded) is not None


def _is_title(line: Line) -> bool:
    return len(line.words) <= TITLE_WORDS and not _CLOSED.search(line.folded)


def _tail_start(lines: Sequence[Line], free: Sequence[bool]) -> int:
    """Return the first of the last lines that are all titles, teasers or boilerplate."""
    number = len(lines)
    while number and (not free[number - 1] or _is_title(lines[number - 1]) or _is_teaser(lines[number - 1])):
        number -= 1
    return number
