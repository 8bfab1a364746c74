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

from qa.errors import ArticleNotFound
from qa.protocols import AnswerEngine
from qa.records import Article
from qa.search.article_names import find_article

ADDRESS = "article:///"
PAGE_ARTICLES = 100
PLAIN = "text/plain"


def list_resources(engine: AnswerEngine, params: PaginatedRequestParams | None) -> ListResourcesResult:
    """Return a page of the articles in order of id; its cursor is the number of articles before the next page."""
    cursor = "0" if params is None or params.cursor is None else params.cursor
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 12):
        raise MCPError(INVALID_PARAMS, "This cursor is none of the list of articles. Leave it out to start over.")
    articles, start = engine.snapshot.text.articles(), int(cursor)
    end = start + PAGE_ARTICLES
    resources = [_resource(article) for article in articles[start:end]]
    return ListResourcesResult(resources=resources, next_cursor=str(end) if end < len(articles) else None)


def list_templates() -> ListResourceTemplatesResult:
    """Return how the address of an article is made from its id."""
    template = ResourceTemplate(
        name="article", title="An article by its id", uri_template=f"{ADDRESS}{{+id}}", mime_type=PLAIN
    )
    return ListResourceTemplatesResult(resource_templates=[template])


def read_resource(engine: AnswerEngine, params: ReadResourceRequestParams) -> ReadResourceResult:
    """Return the text of the article at this address."""
    if not params.uri.startswith(ADDRESS):
        raise MCPError(INVALID_PARAMS, f"The address of an article begins with {ADDRESS}.", {"uri": params.uri[:200]})
    try:
        article = find_article(engine.snapshot.text, unquote(params.uri.removeprefix(ADDRESS)))
    except ArticleNotFound as error:
        raise MCPError(INVALID_PARAMS, str(error), {"uri": params.uri[:200]}) from error
    return ReadResourceResult(contents=[TextResourceContents(uri=params.uri, mime_type=PLAIN, text=article.text)])


def _resource(article: Article) -> Resource:
    known = [article.source, ", ".join(article.authors), (article.date or "")[:10]]
    return Resource(
        name=article.id,
        title=article.title,
        uri=f"{ADDRESS}{quote(article.id)}",
        description=", ".join(one for one in known if one),
        mime_type=PLAIN,
    )
