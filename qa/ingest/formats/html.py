"""HTML pages: the article inside the page, found by trafilatura, an optional extra."""

from __future__ import annotations

import importlib
import importlib.util

from qa.ingest.formats.decoding import Decoded, Undecodable, decode, with_digest


class HtmlReader:
    """Reads the article of a page, without navigation and comments."""

    name = "HTML"
    endings = (".html", ".htm")
    packages = ("chardet", "lxml", "lxml-html-clean", "trafilatura")

    def find_obstacle(self) -> str | None:
        """Return what to install when trafilatura is missing."""
        if importlib.util.find_spec("trafilatura") is None:
            return "reading HTML needs trafilatura: pip install 'qa-articles[html]'"
        return None

    def read(self, content: bytes) -> Decoded:
        """Return the article's text, one paragraph per line, with its title first."""
        page = decode(content)
        text = extract_article(page.text)
        if not text:
            raise Undecodable("no article text found in the page")
        return with_digest(text, page.note)


def extract_article(page: str) -> str:
    """Return the article's text, one paragraph per line, with its title first; "" when the page has none."""
    trafilatura = importlib.import_module("trafilatura")
    body = trafilatura.extract(page, include_comments=False, include_tables=True) or ""
    if not body:
        return ""
    title = getattr(trafilatura.extract_metadata(page), "title", None)
    return body if not title or body.startswith(title) else f"{title}\n\n{body}"
