"""The address of a quotation or of another range in the reader of the site: the one place that builds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote as percent_encoded
from urllib.parse import urlencode

# A link has to fit everywhere that people paste it: of a longer quotation it carries the start.
QUOTE_CHARACTERS = 500
CONTEXT_CHARACTERS = 24
MARK = "#mark"


def range_link(article_id: str, start: int, end: int, collection: str | None = None) -> str:
    """Return the path of the reader at a range of an article.

    >>> range_link("farms/harvest", 16, 55)
    '/articles/farms/harvest?start=16&end=55#mark'
    >>> range_link("farms/harvest", 16, 55, "news")
    '/articles/farms/harvest?collection=news&start=16&end=55#mark'
    """
    return f"{_path(article_id)}?{_query([('start', start), ('end', end)], collection)}{MARK}"


def quotation_link(
    article_id: str,
    start: int,
    end: int,
    quote: str,
    prefix: str = "",
    suffix: str = "",
    also: Iterable[tuple[int, int]] = (),
    collection: str | None = None,
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
    return f"{_path(article_id)}?{_query(query, collection)}{MARK}"


def with_way_back(link: str, page: str) -> str:
    """Return the link with the page, and the place on it, that the reader leads back to.

    >>> with_way_back("/articles/a?start=0&end=5#mark", "/c/1f#m-2-1")
    '/articles/a?start=0&end=5&back=%2Fc%2F1f%23m-2-1#mark'
    """
    return f"{link.removesuffix(MARK)}&back={percent_encoded(page, safe='')}{MARK}"


def article_link(article_id: str, collection: str | None = None) -> str:
    """Return the path of an article in the reader.

    >>> article_link("farms/harvest"), article_link("farms/harvest", "old news")
    ('/articles/farms/harvest', '/articles/farms/harvest?collection=old%20news')
    """
    query = _query([], collection)
    return f"{_path(article_id)}?{query}" if query else _path(article_id)


def _path(article_id: str) -> str:
    return f"/articles/{percent_encoded(article_id)}"


def _query(query: Sequence[tuple[str, str | int]], collection: str | None) -> str:
    named = [("collection", collection)] if collection else []
    return urlencode([*named, *query], quote_via=percent_encoded, safe="")
