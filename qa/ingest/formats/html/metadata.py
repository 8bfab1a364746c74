"""What an HTML page says about its article: title, date, authors and language, from its head and its JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from qa.ingest.metadata.bylines import split_authors
from qa.ingest.metadata.dates import parse_date

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Larger JSON-LD is not about one article.
JSON_CHARACTERS = 500_000
NAME_WORDS = 5

_DATE_NAMES = (
    "article:published_time", "datepublished", "og:article:published_time", "publishdate", "publish-date", "pubdate",
    "date", "dc.date", "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date", "article.published",
    "published_time", "publication_date", "originalpublicationdate",
)  # fmt: skip
_AUTHOR_NAMES = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl", "byline")
_TITLE_NAMES = ("og:title", "twitter:title", "dc.title", "parsely-title")
_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
_SITE = re.compile(r"\s+[|–—·»-]+\s+[^|–—·»]{2,40}$")


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What the page says about its article; ``body`` is its text, paragraph by paragraph, where JSON-LD has it."""

    title: str | None
    date: str | None
    authors: tuple[str, ...]
    language: str | None
    body: tuple[str, ...] = ()


def read_metadata(page: HtmlElement) -> PageMetadata:
    """Return what the page says about its article; a date is taken only from where pages state the publication."""
    named = _read_names(page)
    objects = list(_read_json(page))
    dates = [*_values(named, _DATE_NAMES), *(one.get("datePublished") for one in objects), *_read_times(page)]
    authors = [*_values(named, _AUTHOR_NAMES), *_read_authors(objects), *_read_bylines(page)]
    return PageMetadata(
        title=_find_title(page, named, objects),
        date=next((date for one in dates if isinstance(one, str) and (date := parse_date(one))), None),
        authors=next((names for one in authors if (names := _split(one))), ()),
        language=(page.get("lang") or "")[:2].lower() or None,
        body=next((body for one in objects if (body := _read_body(one.get("articleBody")))), ()),
    )


def _read_names(page: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in page.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        content = (meta.get("content") or "").strip()
        if name and content:
            found.setdefault(name, content)
    return found


def _values(named: dict[str, str], names: tuple[str, ...]) -> Iterator[str]:
    return (named[name] for name in names if name in named)


def _read_json(page: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield the objects of the page's JSON-LD that describe an article."""
    for script in page.iterfind(".//script[@type='application/ld+json']"):
        text = script.text or ""
        try:
            found = json.loads(text) if len(text) <= JSON_CHARACTERS else None
        except (ValueError, RecursionError):
            continue
        entries = found if isinstance(found, list) else [found]
        graphs = [one.get("@graph") for one in entries if isinstance(one, dict)]
        entries += [one for graph in graphs if isinstance(graph, list) for one in graph]
        yield from (one for one in entries if isinstance(one, dict) and ("datePublished" in one or "headline" in one))


def _read_authors(objects: list[dict[str, Any]]) -> Iterator[str]:
    for one in objects:
        authors = one.get("author")
        entries = authors if isinstance(authors, list) else [authors]
        names = [entry.get("name") if isinstance(entry, dict) else entry for entry in entries]
        yield ", ".join(name for name in names if isinstance(name, str))


def _read_body(stated: object) -> tuple[str, ...]:
    """Return the paragraphs of a plain text; one with tags is none."""
    if not isinstance(stated, str) or _TAG.search(stated):
        return ()
    return tuple(" ".join(line.split()) for line in unescape(stated).split("\n") if line.strip())


def _read_times(page: HtmlElement) -> Iterator[str]:
    """Yield the times of publication: marked ones, then the first inside the article."""
    marked = ".//time[@itemprop='datePublished'] | .//time[@pubdate]"
    for time in [*page.xpath(marked), *page.xpath(".//article//time")[:1], *page.xpath(".//header//time")[:1]]:
        yield time.get("datetime") or time.text_content()


def _read_bylines(page: HtmlElement) -> Iterator[str]:
    for element in page.xpath(".//*[@rel='author' or @itemprop='author']")[:3]:
        yield element.text_content()


def _split(text: str) -> tuple[str, ...]:
    plain = re.sub(r"^\W*(?:by|von|par|por)\s+", "", " ".join(text.split()), flags=re.IGNORECASE)
    return split_authors(plain) if plain and "://" not in plain else ()


def _find_title(page: HtmlElement, named: dict[str, str], objects: list[dict[str, Any]]) -> str | None:
    """Return the headline: the only large heading, or that of JSON-LD, of social media, or of the tab."""
    stated = [one["headline"] for one in objects if isinstance(one.get("headline"), str)]
    headings = [text for one in page.iter("h1") if (text := " ".join(one.text_content().split()))]
    tab = " ".join((page.findtext(".//title") or "").split())
    only = headings if len(headings) == 1 else []
    titles = [*only, *stated, *_values(named, _TITLE_NAMES), *headings, _SITE.sub("", tab)]
    return next((" ".join(title.split()) for title in titles if title.strip()), None)
