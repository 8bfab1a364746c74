"""What pages and tables of plain text look like: running heads, page numbers, and columns between tabs or spaces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from qa.ingest.cleaning.blocks import TABLE
from qa.ingest.cleaning.labels import BODY, Label
from qa.text.lines import PAGE_BREAK, Line

# Pages that share a running head, page numbers that follow each other, gaps in a row of a table, and rows of one.
FEWEST_PAGES, FEWEST_NUMBERS, FEWEST_GAPS, FEWEST_ROWS = 2, 3, 1, 3
HEAD_WORDS = 20

_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:[-–—] ?)?(?:(?:page|seite|p\.|s\.) ?)?(?P<number>\d{1,4})(?: ?(?:/|of|von) ?\d{1,4})?(?: ?[-–—])?",
    re.IGNORECASE,
)
_GAP = re.compile(r"\t| {3,}")


def label_running_heads(text: str, lines: Sequence[Line], labels: list[Label]) -> None:
    """Label page numbers, and the lines beside them or page breaks that are equal but for numbers; the first stays."""
    numbered = _find_page_numbers(lines)
    for number in numbered:
        labels[number] = Label("boilerplate", "page number")
    beside = [other for number in numbered for other in (number - 1, number + 1) if 0 <= other < len(lines)]
    beside += _lines_beside_breaks(lines) if PAGE_BREAK in text else []
    short = [number for number in beside if len(lines[number].text.split()) <= HEAD_WORDS]
    keys = {number: _NUMBER.sub("#", lines[number].folded) for number in short}
    pages = Counter(keys.values())
    for number, key in keys.items():
        if number and pages[key] >= FEWEST_PAGES and labels[number].kind != "boilerplate":
            labels[number] = Label("boilerplate", "running head")


def _find_page_numbers(lines: Sequence[Line]) -> list[int]:
    """Return the lines that are a number alone, each greater by one than the last, where there are three or more."""
    found = [
        (number, int(match["number"]))
        for number, line in enumerate(lines)
        if number and line.after_blank and (match := _PAGE_NUMBER.fullmatch(line.text))
        if number + 1 == len(lines) or lines[number + 1].after_blank
    ]
    follow = all(later[1] == one[1] + 1 and later[0] - one[0] > 1 for one, later in pairwise(found))
    return [number for number, _ in found] if follow and len(found) >= FEWEST_NUMBERS else []


def _lines_beside_breaks(lines: Sequence[Line]) -> list[int]:
    """Return the first and the last line of every page."""
    first = [line.after_page or not number for number, line in enumerate(lines)]
    last = [*first[1:], True]
    return [number for number in range(len(lines)) if first[number] or last[number]]


def label_column_tables(lines: Sequence[Line], labels: list[Label]) -> None:
    """Label as a table what stands in rows without a blank line between them and in equally many columns."""
    run: list[int] = []
    for number, line in enumerate([*lines, None]):
        gaps = 0 if line is None or labels[number] != BODY else len(_GAP.findall(line.text))
        goes_on = line is not None and run and not line.after_blank and gaps == len(_GAP.findall(lines[run[0]].text))
        if not goes_on:
            if len(run) >= FEWEST_ROWS:
                for row in run:
                    labels[row] = TABLE
            run = []
        if gaps >= FEWEST_GAPS:
            run.append(number)
