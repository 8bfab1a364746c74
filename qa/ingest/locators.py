"""Where in its document a paragraph stands: the page of a PDF, or the heading above and the header of its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.ingest.splitting.markdown import Structure
from qa.records import Paragraph
from qa.text.lines import PAGE_BREAK
from qa.text.shown import leave_out

SECTION_CHARACTERS = 100
HEADER_CHARACTERS = 200


def add_locators(text: str, paragraphs: Sequence[Paragraph], structure: Structure) -> tuple[Paragraph, ...]:
    """Return the paragraphs with the page that they begin on, or the heading of their section below the title.

    Rows of a table that is too long to be quoted whole also get its header.
    """
    if PAGE_BREAK in text:
        return _add_pages(text, paragraphs)
    first = next((number for number, one in enumerate(paragraphs) if one.kind != "metadata"), 0)
    section: str | None = None
    located = []
    for number, paragraph in enumerate(paragraphs):
        if paragraph.kind == "heading" and number > first:
            section = _show(text, paragraph.start, paragraph.end, structure)[:SECTION_CHARACTERS] or None
        header = _find_header(text, paragraph, structure)
        located.append(replace(paragraph, locator=" · ".join(one for one in (section, header) if one) or None))
    return tuple(located)


def _find_header(text: str, paragraph: Paragraph, structure: Structure) -> str | None:
    number = structure.block_at(paragraph.start)
    if number is None or structure.blocks[number].kind != "table" or paragraph.start <= structure.blocks[number].start:
        return None
    start = structure.blocks[number].start
    end = min(len(text), *(place for place in (text.find("\n", start), text.find("\r", start)) if place >= 0))
    return _show(text, start, end, structure)[:HEADER_CHARACTERS]


def _show(text: str, start: int, end: int, structure: Structure) -> str:
    return " ".join(leave_out(text, start, end, structure.markup).split())


def _add_pages(text: str, paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    page, at = 1, 0
    located = []
    for paragraph in paragraphs:
        page += text.count(PAGE_BREAK, at, paragraph.start)
        at = paragraph.start
        located.append(replace(paragraph, locator=f"page {page}"))
    return tuple(located)
