"""The articles as resources of the Model Context Protocol: a client lists them and attaches their text."""

from __future__ import annotations

from urllib.parse import quote, unquote

from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    ListResourcesResult,
    ListResourceTemplatesResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)

from qa.collections.collections import Collections
from qa.errors import ArticleNotFound, CollectionUnavailable, UnknownCollection
from qa.records import Article
from qa.search.article_names import find_article

SCHEME = "article://"
# That of an article of a single folder; the name of a collection stands between the last two slashes.
ADDRESS = f"{SCHEME}/"
PAGE_ARTICLES = 100
PLAIN = "text/plain"


def list_resources(collections: Collections, params: PaginatedRequestParams | None) -> ListResourcesResult:
    """Return a page of the articles of all collections; its cursor is the number of articles before the next page."""
    cursor = "0" if params is None or params.cursor is None else params.cursor
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 12):
        raise MCPError(INVALID_PARAMS, "This cursor is none of the list of articles. Leave it out to start over.")
    every = [(one.name, article) for one in collections.available() for article in one.snapshot.text.articles()]
    start = int(cursor)
    end = start + PAGE_ARTICLES
    resources = [_resource(name, article) for name, article in every[start:end]]
    return ListResourcesResult(resources=resources, next_cursor=str(end) if end < len(every) else None)


def list_templates(collections: Collections) -> ListResourceTemplatesResult:
    """Return how the address of an article is made from its id, and from its collection where these have names."""
    form = f"{ADDRESS}{{+id}}" if collections.default.name is None else f"{SCHEME}{{collection}}/{{+id}}"
    template = ResourceTemplate(name="article", title="An article by its id", uri_template=form, mime_type=PLAIN)
    return ListResourceTemplatesResult(resource_templates=[template])


def read_resource(collections: Collections, params: ReadResourceRequestParams) -> ReadResourceResult:
    """Return the text of the article at this address."""
    name, slash, identifier = params.uri.removeprefix(SCHEME).partition("/")
    if not params.uri.startswith(SCHEME) or not slash:
        raise MCPError(INVALID_PARAMS, f"The address of an article begins with {ADDRESS}.", {"uri": params.uri[:200]})
    try:
        article = find_article(collections.find(unquote(name) or None).snapshot.text, unquote(identifier))
    except (ArticleNotFound, UnknownCollection, CollectionUnavailable) as error:
        raise MCPError(INVALID_PARAMS, str(error), {"uri": params.uri[:200]}) from error
    return ReadResourceResult(contents=[TextResourceContents(uri=params.uri, mime_type=PLAIN, text=article.text)])


def _resource(collection: str | None, article: Article) -> Resource:
    known = [article.source, ", ".join(article.authors), (article.date or "")[:10]]
    return Resource(
        name=article.id,
        title=article.title,
        uri=f"{SCHEME}{quote(collection or '', safe='')}/{quote(article.id)}",
        description=", ".join(one for one in known if one),
        mime_type=PLAIN,
    )
