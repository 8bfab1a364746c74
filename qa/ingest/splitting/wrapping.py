"""Joins lines that were wrapped to a width into paragraphs."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from qa.text.lines import Line

NARROWEST_CHARACTERS = 45
WIDEST_CHARACTERS = 130
BLOCK_LINES = 3
# The share of a wrapped block's lines that are full, and that do not end a sentence.
FULL_SHARE = 0.6
OPEN_SHARE = 0.4
# A shorter line does not continue on the next one.
CONTINUED_CHARACTERS = 40

_HYPHENATED = re.compile(r"[^\W\d_]{2,}[-\u00ad]$")
_LABELLED = re.compile(r"[^\W\d_a-z][^:]{0,30}: \S")
_CLOSED = re.compile(r"[.!?:…][\"'”’»)\]]*$")
# A line that ends in one of these goes on, whatever follows.
_OPEN_END = re.compile(
    r"(?:^|\s)(?:an?|the|of|in|on|at|to|for|from|by|with|and|or|but|that|which|who|is|are|was|were|be|been|has|have|had"
    r"|der|die|das|dem|den|des|ein|eine|einem|einen|einer|von|vom|im|zu|zum|zur|mit|für|auf|bei|und|oder|dass|le|la|les"
    r"|du|de|et|en|el|los|las|y|del)$",
    re.IGNORECASE,
)
_MARK = re.compile(r"(?:[-*•·–+>|#]|\d{1,3}[.)]|[a-z]\))\s")


def join_block_lines(blocks: Sequence[Hashable | None]) -> list[list[int]]:
    """Return the line numbers in groups, each of which is one block; a line of no block is alone."""
    groups: list[list[int]] = []
    for number, block in enumerate(blocks):
        if groups and block is not None and block == blocks[number - 1]:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def join_wrapped_lines(lines: Sequence[Line], free: Sequence[bool]) -> list[list[int]]:
    """Return the line numbers in groups, each of which is one paragraph. Only free lines are joined."""
    groups: list[list[int]] = []
    for block in _group_blocks(lines, free):
        width = _find_width(lines, block)
        for number in block:
            before, line = lines[number - 1], lines[number]
            joins = number != block[0] and _continues(before, line, width)
            if joins or (number and free[number] and free[number - 1] and _crosses_page(before, line)):
                groups[-1].append(number)
            else:
                groups.append([number])
    return groups


def _group_blocks(lines: Sequence[Line], free: Sequence[bool]) -> list[list[int]]:
    """Return the runs of free lines with no blank or other line between them; every other line is alone."""
    blocks: list[list[int]] = []
    for number, line in enumerate(lines):
        if blocks and free[number] and free[number - 1] and not line.after_blank:
            blocks[-1].append(number)
        else:
            blocks.append([number])
    return blocks


def _find_width(lines: Sequence[Line], block: Sequence[int]) -> int | None:
    """Return the width that the block was wrapped to, or None when it was not wrapped."""
    if len(block) < BLOCK_LINES:
        return None
    width = max(lines[number].end - lines[number].start for number in block)
    if not NARROWEST_CHARACTERS <= width <= WIDEST_CHARACTERS:
        return None
    inner = block[:-1]
    full = sum(_is_full(lines[number], lines[number + 1], width) for number in inner)
    still_open = sum(not _CLOSED.search(lines[number].text) for number in inner)
    wrapped = full >= FULL_SHARE * len(inner) and still_open >= OPEN_SHARE * len(inner)
    return width if wrapped else None


def _is_full(line: Line, following: Line, width: int) -> bool:
    """Tell whether the first word of the next line would not have fitted on this line."""
    word = len(following.text.split(maxsplit=1)[0])
    return line.end - line.start + 1 + word > width - 2


def _crosses_page(line: Line, following: Line) -> bool:
    """Tell whether a sentence goes on over a page break, with or without blank lines beside it."""
    if not following.after_page or _MARK.match(following.text) or _CLOSED.search(line.text):
        return False
    return following.text[0].islower() or _OPEN_END.search(line.text) is not None


def _continues(line: Line, following: Line, width: int | None) -> bool:
    if _MARK.match(following.text) or line.text.startswith("#"):
        return False
    if _LABELLED.match(line.text) and _LABELLED.match(following.text):
        return False
    if _HYPHENATED.search(line.text) and following.text[0].islower():
        return True
    if width is not None and _is_full(line, following, width):
        return True
    length = line.end - line.start
    return (
        CONTINUED_CHARACTERS <= length <= WIDEST_CHARACTERS
        and following.text[0].islower()
        and not _CLOSED.search(line.text)
    )
