"""Which lines are one paragraph: lines that were broken to fit a width."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.text.lines import Line

NARROWEST = 45
WIDEST = 130
FULL_SHARE = 0.6
OPEN_SHARE = 0.4
CONTINUED_LENGTH = 40

_CLOSED = re.compile(r"[.!?:…][\"'”’»)\]]*$")
_MARK = re.compile(r"(?:[-*•·–+>|#]|\d{1,3}[.)]|[a-z]\))\s")


def joined_lines(lines: Sequence[Line], free: Sequence[bool]) -> list[list[int]]:
    """Return the numbers of the lines, grouped: lines of one group are one paragraph. Only free lines are joined."""
    groups: list[list[int]] = []
    for block in _blocks(lines, free):
        width = _width(lines, block)
        for number in block:
            joins = groups and number != block[0] and _continues(lines[number - 1], lines[number], width)
            if joins:
                groups[-1].append(number)
            else:
                groups.append([number])
    return groups


def _blocks(lines: Sequence[Line], free: Sequence[bool]) -> list[list[int]]:
    """Runs of free lines without a blank line or another line between them."""
    blocks: list[list[int]] = []
    for number, line in enumerate(lines):
        if blocks and free[number] and free[number - 1] and not line.after_blank:
            blocks[-1].append(number)
        else:
            blocks.append([number])
    return blocks


def _width(lines: Sequence[Line], block: Sequence[int]) -> int | None:
    """Return the width that the block was wrapped to; None when its lines end where they like."""
    if len(block) < 3:
        return None
    width = max(lines[number].end - lines[number].start for number in block)
    if not NARROWEST <= width <= WIDEST:
        return None
    inner = block[:-1]
    full = sum(_is_full(lines[number], lines[number + 1], width) for number in inner)
    still_open = sum(not _CLOSED.search(lines[number].text) for number in inner)
    wrapped = full >= FULL_SHARE * len(inner) and still_open >= OPEN_SHARE * len(inner)
    return width if wrapped else None


def _is_full(line: Line, following: Line, width: int) -> bool:
    """Tell whether the next line's first word would not have fitted on this line."""
    word = len(following.text.split(maxsplit=1)[0])
    return line.end - line.start + 1 + word > width - 2


def _continues(line: Line, following: Line, width: int | None) -> bool:
    if _MARK.match(following.text) or line.text.startswith("#"):
        return False
    if width is not None and _is_full(line, following, width):
        return True
    length = line.end - line.start
    return CONTINUED_LENGTH <= length <= WIDEST and following.text[0].islower() and not _CLOSED.search(line.text)
