"""The address of a quotation or of another range in the reader of the site: the one place that builds it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote as percent_encoded
from urllib.parse import urlencode

# A link has to fit everywhere that people paste it: of a longer quotation it carries the start.
QUOTE_CHARACTERS = 500
CONTEXT_CHARACTERS = 24
MARK = "#mark"


def range_link(article_id: str, start: int, end: int) -> str:
    """Return the path of the reader at a range of an article.

    >>> range_link("farms/harvest", 16, 55)
    '/articles/farms/harvest?start=16&end=55#mark'
    """
    return f"{article_link(article_id)}?start={start}&end={end}{MARK}"


def quotation_link(
    article_id: str,
    start: int,
    end: int,
    quote: str,
    prefix: str = "",
    suffix: str = "",
    also: Iterable[tuple[int, int]] = (),
) -> str:
    """Return the path of the reader at a quotation, with what finds it again after the article has changed.

    also holds the ranges of other quotations from the same article, which are marked too.
    """
    query: list[tuple[str, str | int]] = [
        ("start", start),
        ("end", end),
        ("quote", quote[:QUOTE_CHARACTERS]),
        ("prefix", prefix[-CONTEXT_CHARACTERS:]),
        ("suffix", suffix[:CONTEXT_CHARACTERS]),
        *(("also", f"{first}-{last}") for first, last in also),
    ]
    return f"{article_link(article_id)}?{urlencode(query, quote_via=percent_encoded, safe='')}{MARK}"


def with_way_back(link: str, page: str) -> str:
    """Return the link with the page, and the place on it, that the reader leads back to.

    >>> with_way_back("/articles/a?start=0&end=5#mark", "/c/1f#m-2-1")
    '/articles/a?start=0&end=5&back=%2Fc%2F1f%23m-2-1#mark'
    """
    return f"{link.removesuffix(MARK)}&back={percent_encoded(page, safe='')}{MARK}"


def article_link(article_id: str) -> str:
    """Return the path of an article in the reader."""
    return f"/articles/{percent_encoded(article_id)}"
