"""Lists of definitions: a term and what is said of it make one paragraph, because neither can be quoted alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# A text that ends so leads to the next one by itself.
_LEADING = (":", "?", "–", "—")


def join_definitions(page: HtmlElement) -> None:
    """Change a page in place: every term of a list becomes a paragraph with its definitions, as in "Entry: 6 euros"."""
    for listed in list(page.iter("dl")):
        items = [item for item in listed.iter("dt", "dd") if next(item.iterancestors("dl")) is listed]
        if not items or any(next(item.iter("p", "ul", "ol", "table", "dl"), None) is not None for item in items):
            continue
        joined = list(_join(items))
        for child in list(listed):
            listed.remove(child)
        listed.tag, listed.text = "div", None
        for text in joined:
            paragraph = listed.makeelement("p")
            paragraph.text = text
            listed.append(paragraph)


def _join(items: list[HtmlElement]) -> Iterator[str]:
    terms: list[str] = []
    said: list[str] = []
    for item in items:
        if item.tag == "dt" and said:
            yield _write(terms, said)
            terms, said = [], []
        text = " ".join(item.text_content().split())
        if text:
            (terms if item.tag == "dt" else said).append(text)
    if terms or said:
        yield _write(terms, said)


def _write(terms: list[str], said: list[str]) -> str:
    term = ", ".join(terms)
    if not (term and said):
        return term or "; ".join(said)
    return f"{term}{' ' if term.endswith(_LEADING) else ': '}{'; '.join(said)}"
