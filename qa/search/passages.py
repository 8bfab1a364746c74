"""The passages for a question without an answer, and one passage by its id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from qa.errors import ArticleNotFound
from qa.protocols import TextStore
from qa.records import Answer, IndexInfo, InterpretationKind, Passage
from qa.requests import ArticleIds, AskRequest, Date, History, QuestionText, SearchText

CONTEXT = 48
_PLACE = re.compile(r"(.+):([0-9]{1,10})-([0-9]{1,10})", re.DOTALL)


class Asks(Protocol):
    """What answers questions."""

    def ask(self, request: AskRequest) -> Answer: ...


class SearchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question whose passages are wanted; only ``question`` is required, each field means what it means to ask."""

    question: QuestionText
    history: History = ()
    searched_for: Annotated[
        SearchText | None,
        Meta(description="Search for exactly this instead of reading the question with its history."),
    ] = None
    passages: Annotated[int, Meta(ge=1, le=100, description="How many passages to return.")] = 10
    articles: ArticleIds = ()
    since: Annotated[Date | None, Meta(description="Search only articles of this day or later.")] = None
    until: Annotated[Date | None, Meta(description="Search only articles of this day or earlier.")] = None
    id: Annotated[str | int | None, Meta(description="Echoed in the result.")] = None

    def as_ask(self) -> AskRequest:
        """Return the question that has these passages; raises ValueError when it is blank."""
        return AskRequest(**{name: getattr(self, name) for name in self.__struct_fields__}, quotes=1)

    def __post_init__(self) -> None:
        self.as_ask()


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that a search found, best first; ``id`` fetches it again."""

    id: str
    rank: int
    article_id: str
    title: str
    source: str
    text: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found, all of it in one generation of the index."""

    id: str | int | None
    question: str
    searched_for: str
    reading: InterpretationKind
    passages: tuple[FoundPassage, ...]
    index: IndexInfo
    took_ms: float


@dataclass(frozen=True, slots=True)
class PlacedPassage:
    """A range of an article as it is now, with what stands around it."""

    id: str
    article_id: str
    title: str
    source: str
    date: str | None
    text: str
    start: int
    end: int
    prefix: str
    suffix: str
    article_sha256: str


def search(engine: Asks, request: SearchRequest) -> SearchResult:
    """Return the passages that are nearest to the question, best first."""
    answer = engine.ask(request.as_ask())
    found = tuple(_found(passage) for passage in answer.passages)
    return SearchResult(
        answer.id, answer.question, answer.searched_for, answer.reading, found, answer.index, answer.took_ms
    )


def passage_id(article_id: str, start: int, end: int) -> str:
    """Return the id of a range of an article.

    >>> passage_id("news/harvest", 12, 80)
    'news/harvest:12-80'
    """
    return f"{article_id}:{start}-{end}"


def passage_at(text: TextStore, identifier: str) -> PlacedPassage:
    """Return the passage of this id; raises ArticleNotFound when it is no id or the article has no such range."""
    place = _PLACE.fullmatch(identifier)
    if place is None:
        raise ArticleNotFound(f"{identifier[:80]!r} is no passage: an id is article:start-end.")
    article, start, end = text.article(place[1]), int(place[2]), int(place[3])
    if not start < end <= len(article.text):
        raise ArticleNotFound(f"{article.id} has {len(article.text)} characters: it has no range {start} to {end}.")
    return PlacedPassage(
        id=passage_id(article.id, start, end),
        article_id=article.id,
        title=article.title,
        source=article.source,
        date=article.date,
        text=article.text[start:end],
        start=start,
        end=end,
        prefix=article.text[max(0, start - CONTEXT) : start],
        suffix=article.text[end : end + CONTEXT],
        article_sha256=article.sha256,
    )


def _found(passage: Passage) -> FoundPassage:
    return FoundPassage(
        passage_id(passage.article_id, passage.start, passage.end),
        passage.rank,
        passage.article_id,
        passage.title,
        passage.source,
        passage.text,
        passage.start,
        passage.end,
        passage.score,
    )
