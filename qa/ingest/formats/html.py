"""The article inside an HTML page, by trafilatura, which is an optional extra."""

from __future__ import annotations

import importlib
import importlib.util


def is_available() -> bool:
    """Tell whether the library that reads HTML is installed."""
    return importlib.util.find_spec("trafilatura") is not None


def main_text(page: str) -> str:
    """Return the article's text, one paragraph a line, its title first; empty when there is none."""
    trafilatura = importlib.import_module("trafilatura")
    body = trafilatura.extract(page, include_comments=False, include_tables=True) or ""
    if not body:
        return ""
    title = getattr(trafilatura.extract_metadata(page), "title", None)
    return body if not title or body.startswith(title) else f"{title}\n\n{body}"
