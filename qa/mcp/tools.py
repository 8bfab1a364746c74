"""The tools of a language model: ask, search, fetch and list_articles; each result has an address to look it up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from qa.citations.links import article_link, quotation_link
from qa.errors import ArticleNotFound
from qa.protocols import AnswerEngine, Snapshot
from qa.records import Answer, Citation, SkippedFile
from qa.requests import (
    ArticleIds,
    AskRequest,
    Date,
    SearchRequest,
    SearchText,
    WrittenAsk,
    allow_nulls,
    drop_nulls,
    explain,
    field_names,
)
from qa.search.article_names import find_article
from qa.search.listing import count_undated, matching_articles
from qa.search.passages import passage_at

if TYPE_CHECKING:
    from qa.writing.written import CheckedWriter


class SearchArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to search for; only ``query`` is required."""

    query: Annotated[SearchText, Meta(description="A question or words, as a person would put it.")]
    passages: Annotated[int, Meta(ge=1, le=100, description="How many passages to return.")] = 10
    articles: ArticleIds = ()
    since: Annotated[Date | None, Meta(description="Search only articles of this day or later.")] = None
    until: Annotated[Date | None, Meta(description="Search only articles of this day or earlier.")] = None


class FetchArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to fetch."""

    id: Annotated[str, Meta(min_length=1, max_length=1100, description="The id of a search result or of an article.")]


class ListArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which articles to list; those without a date are left out where one is asked for."""

    search: Annotated[
        str, Meta(max_length=200, description="Only articles with all these words in title, file name or text.")
    ] = ""
    since: Annotated[Date | None, Meta(description="Only articles of this day or later.")] = None
    until: Annotated[Date | None, Meta(description="Only articles of this day or earlier.")] = None
    offset: Annotated[int, Meta(ge=0, le=10**9, description="How many to leave out at the start.")] = 0
    limit: Annotated[int, Meta(ge=1, le=200, description="How many to list.")] = 50


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
    not read as articles.
    """

    total: int
    articles: tuple[ListedArticle, ...]
    undated: int
    skipped: tuple[SkippedFile, ...]


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
    """The passages that are nearest to the query, best first; ``undated`` as in the list of articles."""

    results: tuple[SearchHit, ...]
    undated: int


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


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools over one engine; ``site`` is the address under which people read the articles.

    With a writer, ask takes ``write`` too.
    """

    engine: AnswerEngine
    site: str
    writer: CheckedWriter | None = None

    def list_articles(self, arguments: ListArguments) -> ArticleListing:
        """List the articles with their ids, dates and authors, or those that hold some words."""
        days = arguments.since, arguments.until
        found = matching_articles(self.engine.snapshot, arguments.search, *days)
        page = found[arguments.offset : arguments.offset + arguments.limit]
        return ArticleListing(
            len(found),
            tuple(
                ListedArticle(one.id, one.title, self.site + article_link(one.id), one.source, one.date, one.authors)
                for one in page
            ),
            count_undated(self.engine.snapshot, arguments.search, *days),
            tuple(self.engine.snapshot.skipped),
        )

    def search(self, arguments: SearchArguments) -> SearchHits:
        """Find passages of the articles, quoted to the letter."""
        given = msgspec.structs.asdict(arguments)
        wanted = arguments_of(SearchRequest, {"question": given.pop("query"), **given})
        found = self.engine.search(wanted)
        return SearchHits(
            tuple(
                SearchHit(
                    one.id,
                    one.title,
                    self._passage_url(one.article_id, one.text, one.start, one.end),
                    one.text,
                    one.article_id,
                    one.start,
                    one.end,
                    one.score,
                    one.locator,
                )
                for one in found.passages
            ),
            found.undated,
        )

    def fetch(self, arguments: FetchArguments) -> Fetched:
        """Fetch a search result or a whole article by its id; raises ArticleNotFound."""
        snapshot = self.engine.snapshot
        try:
            passage = passage_at(snapshot.text, arguments.id)
        except ArticleNotFound:
            return self._article(snapshot, arguments.id)
        return Fetched(
            passage.id,
            passage.title,
            passage.text,
            self._passage_url(passage.article_id, passage.text, passage.start, passage.end),
            Origin(**{name: getattr(passage, name) for name in Origin.__struct_fields__}),
        )

    def ask(self, arguments: AskRequest) -> dict[str, Any]:
        """Answer a question in exact quotations from the articles, each with its source, or say that they do not."""
        answer = self.engine.ask(arguments)
        if self.writer is not None and isinstance(arguments, WrittenAsk) and arguments.write:
            answer = replace(answer, written=self.writer.write_all(answer))
        sent = msgspec.to_builtins(answer)
        for fields, citation in zip(sent["citations"], answer.citations, strict=True):
            fields["url"] = self._citation_url(citation)
        for fields, passage in zip(sent["passages"], answer.passages, strict=True):
            fields["url"] = self._passage_url(passage.article_id, passage.text, passage.start, passage.end)
        return dict(sent)

    def _article(self, snapshot: Snapshot, article_id: str) -> Fetched:
        article = find_article(snapshot.text, article_id)
        place = (0, len(article.text), article.sha256, None, article.note)
        origin = Origin(article.id, article.source, article.date, *place)
        return Fetched(article.id, article.title, article.text, self.site + article_link(article.id), origin)

    def _citation_url(self, one: Citation) -> str:
        return self.site + quotation_link(one.article_id, one.start, one.end, one.quote, one.prefix, one.suffix)

    def _passage_url(self, article_id: str, text: str, start: int, end: int) -> str:
        return self.site + quotation_link(article_id, start, end, text)


def arguments_of(kind: type[msgspec.Struct], given: dict[str, Any]) -> Any:
    """Return the arguments of a tool as a record of that kind; null is as if not given.

    Raises BadRequest naming what is wrong.
    """
    try:
        return msgspec.convert(drop_nulls(given, field_names(kind)), kind)
    except msgspec.ValidationError as error:
        raise explain(error) from error


def input_schema(kind: type) -> dict[str, Any]:
    """Return the JSON Schema of a tool's arguments: those that are optional may be null."""
    schema = allow_nulls(output_schema(kind))
    if "$defs" in schema:
        schema["$defs"] = {name: allow_nulls(one) for name, one in schema["$defs"].items()}
    return schema


def output_schema(kind: type) -> dict[str, Any]:
    """Return the JSON Schema of a record, an object at its root."""
    ((_,), components) = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    if kind is Answer:
        for linked in ("Citation", "Passage"):
            components[linked]["properties"]["url"] = {"type": "string"}
            components[linked]["required"] = [*components[linked]["required"], "url"]
    root = components.pop(kind.__name__)
    return {**root, "$defs": components} if components else dict(root)
