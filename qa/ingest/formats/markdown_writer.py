"""Writes the text of formats that are not text themselves, as Markdown with front matter."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Marks that would be read as Markdown: everywhere, and at the start of a line.
_MARKS = re.compile(r"([\\`*_\[\]<>|~]|&(?=[#\w]{1,30};))")
_LINE_START = re.compile(r"^(\s*)([#+>=-]|\d{1,9}(?=[.)](?:\s|$)))")
_SPACE = re.compile(r"[ \t\n\r\x0b]+")


def escape(text: str) -> str:
    r"""Return a text so that Markdown shows it as it is; white space becomes single spaces.

    >>> escape("1. a_b\n c"), escape("- x")
    ('1\\. a\\_b c', '\\- x')
    """
    text = _MARKS.sub(r"\\\1", _SPACE.sub(" ", text).strip())
    match = _LINE_START.match(text)
    if match is None:
        return text
    end = match.end()
    return f"{text[:end]}\\{text[end:]}" if match[2].isdigit() else f"{text[: end - 1]}\\{text[end - 1 :]}"


def write_heading(text: str, level: int) -> str:
    """Return a heading."""
    return f"{'#' * max(1, min(level, 6))} {escape(text)}"


def write_table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first row is its header, or nothing for a table without text."""
    cells = [[escape(cell) for cell in row] for row in rows]
    width = max((len(row) for row in cells), default=0)
    if width == 0 or not any(cell for row in cells for cell in row):
        return ""
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in cells if any(row)]
    return "\n".join([lines[0], f"|{'---|' * width}", *lines[1:]])


def write_document(
    blocks: Sequence[str], title: str | None, date: str | None, authors: Sequence[str], language: str | None
) -> str:
    """Return the blocks, one blank line apart, below what the file itself says about the article."""
    fields = [("title", title), ("date", date), ("author", ", ".join(authors) or None), ("lang", language)]
    known = [f"{name}: {_quote(value)}" for name, value in fields if value]
    front = ["\n".join(["---", *known, "---"])] if known else []
    return "\n\n".join([*front, *(block for block in blocks if block.strip())]) + "\n"


def _quote(value: str) -> str:
    plain = _SPACE.sub(" ", value).strip().replace("\\", "/").replace('"', "'")
    return f'"{plain}"'
