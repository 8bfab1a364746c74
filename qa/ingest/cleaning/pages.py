"""What pages and tables of plain text look like: running heads beside page breaks, and columns between tabs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from qa.ingest.cleaning.blocks import TABLE
from qa.ingest.cleaning.labels import BODY, Label
from qa.text.lines import PAGE_BREAK, Line

# Pages that share a running head, tabs in a row of a table, and rows of one.
FEWEST_PAGES, FEWEST_TABS, FEWEST_ROWS = 2, 1, 3
HEAD_WORDS = 20

_NUMBER = re.compile(r"\d+")


def label_running_heads(text: str, lines: Sequence[Line], labels: list[Label]) -> None:
    """Label the lines beside page breaks that are equal but for numbers; the first line of a text stays."""
    beside = _lines_beside_breaks(lines) if PAGE_BREAK in text else []
    keys = {number: _NUMBER.sub("#", lines[number].folded) for number in beside}
    pages = Counter(keys.values())
    for number, key in keys.items():
        if number and pages[key] >= FEWEST_PAGES and labels[number].kind != "boilerplate":
            labels[number] = Label("boilerplate", "running head")


def _lines_beside_breaks(lines: Sequence[Line]) -> list[int]:
    """Return the first and the last short line of every page."""
    first = [line.after_page or not number for number, line in enumerate(lines)]
    last = [*first[1:], True]
    return [
        number
        for number, line in enumerate(lines)
        if (first[number] or last[number]) and len(line.text.split()) <= HEAD_WORDS
    ]


def label_tab_tables(lines: Sequence[Line], labels: list[Label]) -> None:
    """Label as a table what stands in rows without a blank line between them and in equally many columns."""
    run: list[int] = []
    for number, line in enumerate([*lines, None]):
        tabs = 0 if line is None or labels[number] != BODY else line.text.count("\t")
        goes_on = line is not None and run and not line.after_blank and tabs == lines[run[0]].text.count("\t")
        if not goes_on:
            if len(run) >= FEWEST_ROWS:
                for row in run:
                    labels[row] = TABLE
            run = []
        if tabs >= FEWEST_TABS:
            run.append(number)
