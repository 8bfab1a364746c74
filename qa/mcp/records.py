"""What the tools take and send, as records from which the JSON Schemas are made."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from qa.collections.states import CollectionState
from qa.records import SkippedFile
from qa.requests import ArticleIds, CollectionName, Date, SearchText


class SearchArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to search for; only ``query`` is required."""

    query: Annotated[SearchText, Meta(description="A question or words, as a person would put it.")]
    passages: Annotated[int, Meta(ge=1, le=100, description="How many passages to return.")] = 10
    articles: ArticleIds = ()
    since: Annotated[Date | None, Meta(description="Search only articles of this day or later.")] = None
    until: Annotated[Date | None, Meta(description="Search only articles of this day or earlier.")] = None
    collection: CollectionName | None = None


class FetchArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to fetch."""

    id: Annotated[str, Meta(min_length=1, max_length=1100, description="The id of a search result or of an article.")]
    collection: CollectionName | None = None


class ListArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which articles to list; those without a date are left out where one is asked for."""

    search: Annotated[
        str, Meta(max_length=200, description="Only articles with all these words in title, file name or text.")
    ] = ""
    since: Annotated[Date | None, Meta(description="Only articles of this day or later.")] = None
    until: Annotated[Date | None, Meta(description="Only articles of this day or earlier.")] = None
    offset: Annotated[int, Meta(ge=0, le=10**9, description="How many to leave out at the start.")] = 0
    limit: Annotated[int, Meta(ge=1, le=200, description="How many to list.")] = 50
    collection: CollectionName | None = None


class ListedArticle(msgspec.Struct, frozen=True):
    """An article without its text; ``id`` fetches it and restricts a question to it."""

    id: str
    title: str
    url: str
    source: str
    date: str | None
    authors: tuple[str, ...]


class ArticleListing(msgspec.Struct, frozen=True):
    """A page of the articles in order of id; ``total`` counts all that were found.

    ``undated`` counts those that a restriction to days left out for want of a date, ``skipped`` are the files that are
    not read as articles, ``collection`` is the one that has the articles, among several.
    """

    total: int
    articles: tuple[ListedArticle, ...]
    undated: int
    skipped: tuple[SkippedFile, ...]
    collection: str | None = None


class SearchHit(msgspec.Struct, frozen=True):
    """A passage; ``text`` is the article's text from start to end, ``url`` opens it there."""

    id: str
    title: str
    url: str
    text: str
    article_id: str
    start: int
    end: int
    score: float
    locator: str | None


class SearchHits(msgspec.Struct, frozen=True):
    """The passages that are nearest to the query, best first; ``undated`` and ``collection`` as in the list."""

    results: tuple[SearchHit, ...]
    undated: int
    collection: str | None = None


class Origin(msgspec.Struct, frozen=True):
    """Where a fetched text comes from; ``locator`` is its page or section, ``note`` what was unusual about the file."""

    article_id: str
    source: str
    date: str | None
    start: int
    end: int
    article_sha256: str
    locator: str | None
    note: str | None


class Fetched(msgspec.Struct, frozen=True):
    """A passage or a whole article, to the letter."""

    id: str
    title: str
    text: str
    url: str
    metadata: Origin


class NoArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing is to be said."""


class CollectionListing(msgspec.Struct, frozen=True):
    """The collections in their order: the first one is asked where none is named."""

    collections: tuple[CollectionState, ...]
