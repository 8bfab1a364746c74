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
# Plain titles are dropped only below an article with this many times their characters, and when they are this long.
ARTICLE_SHARE = 2
AVERAGE_WORDS = 2

_CERTAIN = compile_phrases(
    r"""
    (?:the |our )?<kind>(?: \w+){0,2} <noun> ?:?
    (?:latest|recent|popular) (?:articles?|posts?|videos?) ?:?
    most (?:read|popular|viewed|shared|watched)(?: <noun>)? ?:?
    related ?:?
    you (?:may|might|could) also (?:like|enjoy|be interested in)\b.{0,20}
    (?:what to )?read next ?:?
    recommended(?: for you)? ?:?
    (?:from )?around the web|from the web
    (?:promoted|sponsored|partner) (?:stories|content|links)
    also read ?:?
    what others are reading|in case you missed it ?:?
    (?:lesen sie auch|mehr zum thema|auch interessant|das konnte sie auch interessieren) ?:?
    (?:lire aussi|a lire aussi|leggi anche|leer tambien|leia tambem|lees ook) ?:?
    """,
    kind=r"(?:related|recommended|similar|more)",
    noun=r"(?:articles?|posts?|stories|news|reads?|reading|coverage|content|links|headlines|videos?)",
)
# Headings that a briefing has too: only titles above cut-off teasers are dropped under them.
_AMBIGUOUS = compile_phrases(
    r"""
    (?:the |our |today's )?<kind>(?: \w+){0,2} (?:news|stories|headlines|coverage|reads?) ?:?
    (?:the )?latest ?:?
    editors?'?s? picks? ?:?|trending(?: now| today)? ?:?|must reads? ?:?|don't miss ?:?|up next ?:?
    (?:more|latest|also) (?:from|in|on|by) .{2,40}
    """,
    kind=r"(?:latest|top|trending|other|more|recent|popular)",
)
_TEASER_END = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…)\])\W*(?:(?:read )?more|continue reading)?\W*$")
_CLOSED = re.compile(r"[.!;,:][\"')]*$")


def find_teasers(lines: Sequence[Line], free: Sequence[bool]) -> frozenset[int]:
    """Return the headings above teasers, and the titles and teasers under them.

    Only free lines can be such headings. A section ends at the first line that is neither a teaser nor a title above a
    teaser. Under a certain heading, a list of plain titles that ends the article is a section too, if the article
    before it is much longer.
    """
    taken: set[int] = set()
    tail = _find_tail(lines, free)
    for number, line in enumerate(lines):
        if number == 0 or number in taken or not free[number] or line.end - line.start > HEADING_CHARACTERS:
            continue
        certain = _CERTAIN.fullmatch(line.folded) is not None
        if len(line.words) > HEADING_WORDS or not (certain or _AMBIGUOUS.fullmatch(line.folded)):
            continue
        section = _find_pairs(lines, number + 1)
        if certain and tail <= number + 1 and _are_titles(lines, number):
            section = list(range(number + 1, len(lines)))
        if section or (certain and number + 1 < len(lines)):
            taken |= {number, *section}
    return frozenset(taken)


def _are_titles(lines: Sequence[Line], heading: int) -> bool:
    """Tell whether the lines below a heading are titles of other articles: long, and far less text than the article."""
    titles = lines[heading + 1 :]
    article = sum(line.end - line.start for line in lines[1:heading] if not _is_title(line))
    words = sum(line.rough_words for line in titles)
    return article >= ARTICLE_SHARE * sum(line.end - line.start for line in titles) and words >= AVERAGE_WORDS * len(
        titles
    )


def _find_pairs(lines: Sequence[Line], number: int) -> list[int]:
    section: list[int] = []
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
