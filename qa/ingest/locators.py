"""Where in its document a paragraph stands: the page of a PDF, or the heading above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.records import Paragraph, Span
from qa.text.lines import PAGE_BREAK
from qa.text.shown import leave_out

SECTION_CHARACTERS = 100


def add_locators(text: str, paragraphs: Sequence[Paragraph], markup: Sequence[Span]) -> tuple[Paragraph, ...]:
    """Return the paragraphs with the page that they begin on, or the heading of their section below the title."""
    if PAGE_BREAK in text:
        return _add_pages(text, paragraphs)
    first = next((number for number, one in enumerate(paragraphs) if one.kind != "metadata"), 0)
    section: str | None = None
    located = []
    for number, paragraph in enumerate(paragraphs):
        if paragraph.kind == "heading" and number > first:
            heading = leave_out(text, paragraph.start, paragraph.end, markup)
            section = " ".join(heading.split())[:SECTION_CHARACTERS] or None
        located.append(replace(paragraph, locator=section))
    return tuple(located)


def _add_pages(text: str, paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    page, at = 1, 0
    located = []
    for paragraph in paragraphs:
        page += text.count(PAGE_BREAK, at, paragraph.start)
        at = paragraph.start
        located.append(replace(paragraph, locator=f"page {page}"))
    return tuple(located)
