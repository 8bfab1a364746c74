"""The tools of a language model: ask, search, fetch and list_articles; each result has an address to look it up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import msgspec

from qa.citations.links import article_link, quotation_link
from qa.collections.collections import Collections
from qa.errors import ArticleNotFound
from qa.mcp.records import (
    ArticleListing,
    CollectionListing,
    FetchArguments,
    Fetched,
    ListArguments,
    ListedArticle,
    NoArguments,
    Origin,
    SearchArguments,
    SearchHit,
    SearchHits,
)
from qa.protocols import Snapshot
from qa.records import Answer, Article, Citation
from qa.requests import (
    AskRequest,
    SearchRequest,
    WrittenAsk,
    allow_nulls,
    as_meant,
    explain,
    field_names,
)
from qa.search.article_names import find_article
from qa.search.listing import count_undated, matching_articles
from qa.search.passages import passage_at

if TYPE_CHECKING:
    from qa.writing.written import CheckedWriter


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools over some collections; ``site`` is the address under which people read the articles.

    With a writer, ask takes ``write`` too.
    """

    collections: Collections
    site: str
    writer: CheckedWriter | None = None

    def list_collections(self, _: NoArguments) -> CollectionListing:
        """List the collections by the names that the other tools take, with the number of articles of each."""
        states = [one.state() for one in self.collections]
        shown = (msgspec.structs.replace(one, folder=PurePath(one.folder).name) for one in states)
        return CollectionListing(tuple(shown))

    def list_articles(self, arguments: ListArguments) -> ArticleListing:
        """List the articles with their ids, dates and authors, or those that hold some words."""
        days, snapshot = (arguments.since, arguments.until), self.collections.find(arguments.collection).snapshot
        found, name = matching_articles(snapshot, arguments.search, *days), snapshot.info.collection
        page = found[arguments.offset : arguments.offset + arguments.limit]
        return ArticleListing(
            len(found),
            tuple(
                ListedArticle(one.id, one.title, self._article_url(one, name), one.source, one.date, one.authors)
                for one in page
            ),
            count_undated(snapshot, arguments.search, *days),
            tuple(snapshot.skipped),
            name,
        )

    def search(self, arguments: SearchArguments) -> SearchHits:
        """Find passages of the articles, quoted to the letter."""
        given = msgspec.structs.asdict(arguments)
        wanted = arguments_of(SearchRequest, {"question": given.pop("query"), **given})
        found = self.collections.find(arguments.collection).search(wanted)
        name = found.index.collection
        return SearchHits(
            tuple(
                SearchHit(
                    one.id,
                    one.title,
                    self._passage_url(one.article_id, one.text, one.start, one.end, name),
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
            name,
        )

    def fetch(self, arguments: FetchArguments) -> Fetched:
        """Fetch a search result or a whole article by its id; raises ArticleNotFound."""
        snapshot = self.collections.find(arguments.collection).snapshot
        try:
            passage = passage_at(snapshot.text, arguments.id)
        except ArticleNotFound:
            return self._article(snapshot, arguments.id)
        return Fetched(
            passage.id,
            passage.title,
            passage.text,
            self._passage_url(passage.article_id, passage.text, passage.start, passage.end, snapshot.info.collection),
            Origin(**{name: getattr(passage, name) for name in Origin.__struct_fields__}),
        )

    def ask(self, arguments: AskRequest) -> dict[str, Any]:
        """Answer a question in exact quotations from the articles, each with its source, or say that they do not."""
        answer = self.collections.find(arguments.collection).ask(arguments)
        name = answer.index.collection
        if self.writer is not None and isinstance(arguments, WrittenAsk) and arguments.write:
            answer = replace(answer, written=self.writer.write_all(answer))
        sent = msgspec.to_builtins(answer)
        for fields, citation in zip(sent["citations"], answer.citations, strict=True):
            fields["url"] = self._citation_url(citation, name)
        for fields, passage in zip(sent["passages"], answer.passages, strict=True):
            fields["url"] = self._passage_url(passage.article_id, passage.text, passage.start, passage.end, name)
        return dict(sent)

    def _article(self, snapshot: Snapshot, article_id: str) -> Fetched:
        article = find_article(snapshot.text, article_id)
        place = (0, len(article.text), article.sha256, None, article.note)
        origin = Origin(article.id, article.source, article.date, *place)
        url = self._article_url(article, snapshot.info.collection)
        return Fetched(article.id, article.title, article.text, url, origin)

    def _article_url(self, one: Article, collection: str | None) -> str:
        return self.site + article_link(one.id, collection)

    def _citation_url(self, one: Citation, collection: str | None) -> str:
        around = one.prefix, one.suffix
        link = quotation_link(one.article_id, one.start, one.end, one.quote, *around, collection=collection)
        return self.site + link

    def _passage_url(self, article_id: str, text: str, start: int, end: int, collection: str | None) -> str:
        return self.site + quotation_link(article_id, start, end, text, collection=collection)


def arguments_of(kind: type[msgspec.Struct], given: dict[str, Any]) -> Any:
    """Return the arguments of a tool as a record of that kind; null is as if not given, as is "" where it may be.

    Raises BadRequest naming what is wrong.
    """
    required = {one.name for one in msgspec.structs.fields(kind) if one.required}
    written = {name: value for name, value in given.items() if value != "" or name in required}
    try:
        return msgspec.convert(as_meant(written, field_names(kind)), kind)
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
