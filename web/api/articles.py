"""The JSON API: the collections, their articles and passages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import msgspec
from flask import Blueprint, Response
from msgspec import UNSET, Meta, UnsetType

from qa.collections.states import CollectionState
from qa.records import Article, Boilerplate, SkippedFile
from qa.requests import CollectionName
from qa.search.article_names import find_article
from qa.search.listing import count_undated, matching_articles
from qa.search.passages import passage_at
from web.api.questions import PAGE_LIMIT, as_json, tag_response
from web.requests import query
from web.served import describe_collections
from web.site import current_collection, current_site

blueprint = Blueprint("api_articles", __name__)


class ArticleQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which articles to list; those without a date are left out where one is asked for."""

    offset: Annotated[int, Meta(ge=0, le=10**9, description="How many to leave out at the start.")] = 0
    limit: Annotated[int, Meta(ge=1, le=PAGE_LIMIT, description="How many to list.")] = 50
    search: Annotated[
        str, Meta(max_length=200, description="Only articles with all these words in title, file name or text.")
    ] = ""
    since: Annotated[date | UnsetType, Meta(description="Only articles of this day or later.")] = UNSET
    until: Annotated[date | UnsetType, Meta(description="Only articles of this day or earlier.")] = UNSET
    collection: CollectionName | UnsetType = UNSET


class CollectionQuery(msgspec.Struct, frozen=True):
    """Which collection a request is about."""

    collection: CollectionName | UnsetType = UNSET


class CollectionList(msgspec.Struct, frozen=True):
    """The collections in their order: the first one is asked where none is named."""

    collections: tuple[CollectionState, ...]


class ArticleEntry(msgspec.Struct, frozen=True):
    """One line of the list of articles."""

    id: str
    title: str
    source: str
    date: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class ArticleDocument(Article):
    """An article as the API returns it; ``furniture`` is an older name of ``boilerplate``, kept for its clients."""

    furniture: tuple[Boilerplate, ...] = ()


class ArticleList(msgspec.Struct, frozen=True):
    """A page of the list of articles; ``total`` counts all that were found.

    ``undated`` counts the articles that a restriction to days left out because they have no date. ``skipped`` are the
    files of the folder that are not read as articles, the same on each page.
    """

    total: int
    offset: int
    limit: int
    articles: tuple[ArticleEntry, ...]
    undated: int = 0
    skipped: tuple[SkippedFile, ...] = ()


@blueprint.get("/v1/collections")
def list_collections() -> Response:
    """List the collections: name, folder, articles, and whether each can be asked."""
    return tag_response(as_json(CollectionList(tuple(describe_collections(current_site())))))


@blueprint.get("/v1/articles")
def list_articles() -> Response:
    """List the articles in order of id, a page at a time."""
    wanted = query(ArticleQuery)
    since = None if wanted.since is UNSET else wanted.since.isoformat()
    until = None if wanted.until is UNSET else wanted.until.isoformat()
    snapshot = current_collection().engine.snapshot
    found = matching_articles(snapshot, wanted.search, since, until)
    page = tuple(_entry(article) for article in found[wanted.offset : wanted.offset + wanted.limit])
    undated = count_undated(snapshot, wanted.search, since, until)
    found_page = ArticleList(len(found), wanted.offset, wanted.limit, page, undated, tuple(snapshot.skipped))
    return tag_response(as_json(found_page))


@blueprint.get("/v1/articles/<path:article_id>")
def read_article(article_id: str) -> Response:
    """Return one article: its text, what each range of it is, and its SHA-256."""
    return tag_response(as_json(_document(find_article(current_collection().engine.snapshot.text, article_id))))


@blueprint.get("/v1/passages/<path:passage_id>")
def read_passage(passage_id: str) -> Response:
    """Return one passage: article:start-end, offsets in code points of the article's text."""
    return tag_response(as_json(passage_at(current_collection().engine.snapshot.text, passage_id)))


def _document(article: Article) -> ArticleDocument:
    fields = {name: getattr(article, name) for name in Article.__dataclass_fields__}
    return ArticleDocument(**fields, furniture=article.boilerplate)


def _entry(article: Article) -> ArticleEntry:
    return ArticleEntry(article.id, article.title, article.source, article.date, article.sha256)
