"""Puts back paragraphs that the extractor dropped although the page sets them like those that it kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# How many paragraphs of a form have to be kept, and which share of them, before the others of that form are put back.
KEPT_PARAGRAPHS = 3
KEPT_SHARE = 0.4
RESCUED_WORDS = 8
# A paragraph with more of its text in links is a list of links.
LINK_SHARE = 0.5
# Longer pages are left as extracted.
MOST_PARAGRAPHS = 4_000

Form = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageParagraph:
    """A paragraph of the page: its text, and the form in which the page sets it."""

    text: str
    form: Form
    is_links: bool


def list_paragraphs(page: HtmlElement) -> list[PageParagraph]:
    """Return the paragraphs of a page in reading order."""
    found = []
    for element in page.iter("p", "blockquote"):
        text = " ".join(element.text_content().split())
        if not text or (element.tag == "blockquote" and element.find(".//p") is not None):
            continue
        linked = sum(len(" ".join(link.text_content().split())) for link in element.iter("a"))
        found.append(PageParagraph(text, _find_form(element), linked > LINK_SHARE * len(text)))
    return found[:MOST_PARAGRAPHS]


def _find_form(element: HtmlElement) -> Form:
    parent = element.getparent()
    above = parent.getparent() if parent is not None else None
    marks = [element.tag, element.get("class") or ""]
    for one in (parent, above):
        marks += ["", ""] if one is None else [str(one.tag), re.sub(r"\d+", "", one.get("class") or "")]
    return tuple(marks)


def rescue(blocks: Sequence[tuple[str, str]], paragraphs: Sequence[PageParagraph]) -> list[tuple[str, str]]:
    """Return the blocks, each its plain text and its Markdown, with dropped paragraphs put back at their places.

    A paragraph that is put back is its own Markdown, still to be escaped.
    """
    place = {_key(one.text): number for number, one in reversed(list(enumerate(paragraphs)))}
    whole = _key(" ".join(text for text, _ in blocks))
    kept = [_key(one.text) in whole for one in paragraphs]
    totals = Counter(one.form for one in paragraphs)
    counts = Counter(one.form for one, is_kept in zip(paragraphs, kept, strict=True) if is_kept and _is_long(one))
    dropped = [
        number
        for number, one in enumerate(paragraphs)
        if not kept[number] and _is_long(one) and not one.is_links
        and counts[one.form] >= max(KEPT_PARAGRAPHS, KEPT_SHARE * totals[one.form])
    ]  # fmt: skip
    places = [place.get(_key(text)) for text, _ in blocks]
    known = [at for at in places if at is not None]
    if not known:
        return list(blocks)
    result: list[tuple[str, str]] = []
    waiting = [number for number in dropped if min(known) < number]
    for block, at in zip(blocks, places, strict=True):
        while waiting and at is not None and waiting[0] < at:
            result.append((paragraphs[waiting.pop(0)].text, ""))
        result.append(block)
    last = max(known)
    return [*result, *((paragraphs[number].text, "") for number in waiting if number <= last + len(known))]


def _is_long(paragraph: PageParagraph) -> bool:
    return len(paragraph.text.split()) >= RESCUED_WORDS


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text)
