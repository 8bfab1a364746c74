"""All blocks of an HTML document that is the article itself, such as a chapter or an e-mail, as Markdown."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.ingest.formats.decoding import Undecodable
from qa.ingest.formats.html.definitions import join_definitions
from qa.ingest.formats.html.visible import show_as_seen
from qa.ingest.formats.markdown_writer import escape, write_heading, write_table

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Deeper elements are read as one block.
DEPTH = 100

_BLOCKS = frozenset(("p", "blockquote", "pre", "dd", "dt", "figcaption"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LEFT_OUT = frozenset(("script", "style", "nav", "head", "title"))
_CONTAINERS = [
    "p",
    "div",
    "section",
    "article",
    "table",
    "ul",
    "ol",
    "li",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "center",
    "body",
]


def parse_html(content: bytes | str) -> HtmlElement:
    """Return the root of an HTML document; raises Undecodable when there is none."""
    html = importlib.import_module("lxml.html")
    encoding = {} if isinstance(content, str) else {"encoding": "utf-8"}
    try:
        root: HtmlElement = html.document_fromstring(content, parser=html.HTMLParser(huge_tree=False, **encoding))
    except (ValueError, importlib.import_module("lxml.etree").LxmlError) as error:
        raise Undecodable("damaged HTML") from error
    show_as_seen(root)
    join_definitions(root)
    return root


def read_blocks(element: HtmlElement, depth: int = 0) -> list[str]:
    """Return the blocks below an element in reading order."""
    return list(_read(element, depth))


def _read(element: HtmlElement, depth: int) -> Iterator[str]:
    if element.text and element.text.strip():
        yield escape(element.text)
    for child in element:
        name = child.tag if isinstance(child.tag, str) else ""
        if name and name not in _LEFT_OUT:
            yield from _read_one(child, name, depth)
        if child.tail and child.tail.strip():
            yield escape(child.tail)


def _read_one(child: HtmlElement, name: str, depth: int) -> Iterator[str]:
    text = " ".join(child.text_content().split())
    if not text:
        return
    if name in _HEADINGS:
        yield write_heading(text, 1 + int(name[1]))
    elif name == "li":
        yield f"- {escape(text)}"
    elif name == "table" and child.find(".//table") is None:
        rows = [[cell.text_content() for cell in row.iter("td", "th")] for row in child.iter("tr")]
        yield (
            write_table(rows)
            if max(map(len, rows), default=0) > 1
            else "\n\n".join(escape(one[0]) for one in rows if one)
        )
    elif (
        name in _BLOCKS or depth >= DEPTH or (next(child.iter(*_CONTAINERS), None) in (None, child) and not len(child))
    ):
        yield escape(text)
    else:
        yield from _read(child, depth + 1)
