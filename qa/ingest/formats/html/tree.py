"""Prepares an HTML page so that the extractor keeps what belongs to the article, and renders elements as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.ingest.formats.html.definitions import join_definitions
from qa.ingest.formats.html.dropped_words import keep_words
from qa.ingest.formats.html.visible import show_as_seen
from qa.ingest.formats.markdown_writer import escape, write_heading, write_table

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

LEAD_WORDS = 8
LEADS = 2
LINK_WORDS = 25
FACT_CHARACTERS = 3_000

_FACTS = re.compile(r"fact|info-?box|key-?points|summary|highlights|at-a-glance|kasten", re.IGNORECASE)
# Marks what was a header element.
_IN_HEADER = "data-header"
_LEAD = re.compile(r"lead|dek|standfirst|intro|subtitle|teaser|vorspann|chapo", re.IGNORECASE)
_LEVEL = re.compile(r"h([1-6])")


def prepare(page: HtmlElement) -> None:
    """Change a page in place: leads in headers, fact boxes, definitions and so on become plain paragraphs."""
    for element in list(page.iter("style", "script", "noscript", "template")):
        element.drop_tree()
    show_as_seen(page)
    join_definitions(page)
    keep_words(page)
    for cell in page.xpath(".//td | .//th"):
        items = [" ".join(item.text_content().split()) for item in cell.iter("li")]
        if items:
            rest = [text for text in cell.xpath(".//text()[not(ancestor::li)]") if text.strip()]
            for child in list(cell):
                cell.remove(child)
            cell.text = " ".join([*(" ".join(text.split()) for text in rest), "; ".join(items)])
    for box in page.iter("aside"):
        marks = f"{box.get('class') or ''} {box.get('id') or ''}"
        if _FACTS.search(marks) and len(box.text_content()) <= FACT_CHARACTERS:
            _make_plain(box, "section")
    for header in page.xpath(".//header[.//h1]"):
        if any(len(paragraph.text_content().split()) >= LEAD_WORDS for paragraph in header.iter("p")):
            _make_plain(header, "div")
            header.set(_IN_HEADER, "")
    for quote in page.iter("blockquote"):
        _make_plain(quote, "blockquote")
    for caption in page.xpath(".//article//figcaption | .//main//figcaption"):
        _make_plain(caption, "p")
        for figure in caption.iterancestors("figure"):
            _make_plain(figure, "section")


def find_leads(page: HtmlElement) -> list[str]:
    """Return the lead that stands beside the only large heading of a page, apart from the body."""
    headings = list(page.iter("h1"))
    if len(headings) != 1:
        return []
    in_header = next(headings[0].iterancestors(), headings[0]).get(_IN_HEADER) is not None
    beside = [
        one
        for one in headings[0].itersiblings()
        if one.tag == "p" and (in_header or _LEAD.search(one.get("class") or ""))
    ]
    texts = [" ".join(one.text_content().split()) for one in beside[:LEADS]]
    return [text for text in texts if len(text.split()) >= LEAD_WORDS]


def _make_plain(element: HtmlElement, tag: str) -> None:
    element.tag = tag
    element.attrib.clear()


def render(body: _Element, title: str | None) -> list[tuple[str, str]]:
    """Return the blocks of an extracted article, each as plain text and as Markdown; links alone are left out."""
    blocks: list[tuple[str, str]] = []
    for element in body.iterchildren():
        text = _text(element)
        if not text or (element.tag == "head" and title and _same(text, title)):
            continue
        if element.tag == "p" and _is_link(element, text):
            continue
        blocks.append((text, _render(element, text)))
    return blocks


def _render(element: _Element, text: str) -> str:
    if element.tag == "head":
        level = _LEVEL.fullmatch(element.get("rend") or "")
        return write_heading(text, max(2, int(level[1])) if level else 2)
    if element.tag == "list":
        return "\n".join(f"- {escape(item)}" for item in map(_text, element.iter("item")) if item)
    if element.tag == "table":
        rows = [[_text(cell) for cell in row.iter("cell")] for row in element.iter("row")]
        return _render_rows(rows)
    # Line breaks part the lines of poems, addresses and posts.
    return "  \n".join(escape(line) for line in text.split("\n"))


def _render_rows(rows: Sequence[Sequence[str]]) -> str:
    """Return a table; one of a single column is only a layout."""
    if max((len(row) for row in rows), default=0) <= 1:
        return "\n\n".join(escape(row[0]) for row in rows if row and row[0])
    return write_table(rows)


def _text(element: _Element) -> str:
    """Return the text of an element, each line with single spaces."""
    parts: list[str] = []
    for node in element.iter():
        if (node.tag == "lb" and node is not element) or (node.tag in ("p", "item") and node is not element and parts):
            parts.append("\n")
        parts.append((node.text or "").replace("\n", " "))
        if node is not element:
            parts.append((node.tail or "").replace("\n", " "))
    return "\n".join(line for line in (" ".join(line.split()) for line in "".join(parts).split("\n")) if line)


def _is_link(paragraph: _Element, text: str) -> bool:
    linked = sum(len(_text(one)) for one in paragraph.iter("ref"))
    return len(text.split()) <= LINK_WORDS and linked >= 0.9 * len(text.replace("\n", " "))


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W+", "", one).casefold() == re.sub(r"\W+", "", other).casefold()
