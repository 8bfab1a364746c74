"""HTML pages: the article inside the page, found by trafilatura."""

from __future__ import annotations

import importlib
import re

from qa.ingest.formats.decoding import Decoded, Undecodable, decode, with_digest
from qa.ingest.formats.html.metadata import read_metadata
from qa.ingest.formats.html.rescue import list_paragraphs, rescue
from qa.ingest.formats.html.tree import find_leads, prepare, render
from qa.ingest.formats.markdown_writer import escape, write_document, write_heading

HTML_BYTES = 8 * 1024 * 1024
# A paragraph of this many words is counted when it is left out.
LONG = 12

_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html)\b", re.I | re.S
)
# lxml refuses a text that declares its encoding.
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class HtmlReader:
    """Reads the article of a page, without navigation and comments."""

    name = "HTML"
    endings = (".html", ".htm", ".xhtml")
    packages = ("chardet", "lxml", "lxml-html-clean", "trafilatura")
    module = "trafilatura"

    def recognises(self, content: bytes) -> bool:
        """Tell whether the content starts as a page does."""
        return _START.match(content) is not None

    def read(self, content: bytes) -> Decoded:
        """Return the article as Markdown, below what the page says about it."""
        if len(content) > HTML_BYTES:
            raise Undecodable(f"larger than 8 MiB for a page: {len(content):,} bytes")
        page = decode(content)
        text, left_out = read_page(page.text)
        if not text:
            raise Undecodable("no article text found in the page")
        count = "1 paragraph of the page was" if left_out == 1 else f"{left_out:,} paragraphs of the page were"
        note = f"{count} left out" if left_out else None
        return with_digest(text, "; ".join(one for one in (page.note, note) if one) or None)


def read_page(page: str) -> tuple[str, int]:
    """Return the article of a page as Markdown, "" where there is none, and how many long paragraphs it leaves out."""
    trafilatura = importlib.import_module("trafilatura")
    parse = importlib.import_module("lxml.html").document_fromstring
    try:
        tree = parse(_DECLARATION.sub("", page, count=1))
    except (ValueError, importlib.import_module("lxml.etree").ParserError):
        return "", 0
    metadata = read_metadata(tree)
    prepare(tree)
    paragraphs, leads = list_paragraphs(tree), find_leads(tree)
    found = trafilatura.bare_extraction(
        tree,
        include_comments=False,
        include_tables=True,
        include_links=True,
        include_formatting=False,
        favor_recall=True,
    )
    is_empty = found is None or found.body is None
    blocks = [] if is_empty else rescue(render(found.body, metadata.title), paragraphs)
    blocks = blocks or [(text, "") for text in metadata.body]
    if not blocks:
        return "", 0
    whole = " ".join(text for text, _ in blocks)
    blocks = [*((lead, "") for lead in leads if lead not in whole), *blocks]
    kept = " ".join(" ".join(text for text, _ in blocks).split())
    left_out = sum(one.text not in kept for one in paragraphs if len(one.text.split()) >= LONG and not one.is_links)
    texts = [markdown or escape(text) for text, markdown in blocks]
    heading = [write_heading(metadata.title, 1)] if metadata.title else []
    text = write_document([*heading, *texts], None, metadata.date, metadata.authors, metadata.language)
    return text, left_out
