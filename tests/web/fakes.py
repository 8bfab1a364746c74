"""A site without a model: an engine that quotes by plain word overlap from articles held in memory."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask

from qa.citations.links import quotation_link, range_link
from qa.citations.statements import quote_all, unsupported
from qa.errors import ArticleNotFound
from qa.protocols import Encoder
from qa.records import (
    Answer,
    Article,
    Boilerplate,
    Citation,
    IndexInfo,
    Paragraph,
    Passage,
    SearchResult,
    SkippedFile,
    Span,
)
from qa.requests import AskRequest, SearchRequest
from qa.search.passages import passage_id
from qa.settings import Settings
from tests.fakes import FakeEncoder
from web import create_app

DESERTERS = (
    "Soldiers refuse to fight\n\n"
    "By A. Writer\n\n"
    "In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters. Most were convicted.\n\n"
    "A hotline called Go by the Forest helps soldiers who refuse to fight.\n\n"
    "Leave a Comment\n"
)
HARVEST = "A poor harvest\n\nThe harvest fell by 12 percent in 2022. Farmers blame the drought.\n"


def article(
    identifier: str,
    text: str,
    *,
    boilerplate: Sequence[str] = (),
    date: str | None = None,
    authors: tuple[str, ...] = (),
) -> Article:
    """Return an article whose blocks are divided by blank lines, the first of them its heading."""
    paragraphs, dropped = [], []
    for at, block in enumerate(re.finditer(r"[^\n]+(?:\n(?!\n)[^\n]+)*", text)):
        if block.group() in boilerplate:
            dropped.append(Boilerplate(block.start(), block.end(), "comment form"))
            continue
        sentences = tuple(
            Span(block.start() + one.start(), block.start() + one.end())
            for one in re.finditer(r"\S.*?(?:[.?!](?=\s|$)|$)", block.group(), re.DOTALL)
        )
        paragraphs.append(Paragraph(block.start(), block.end(), "heading" if at == 0 else "body", sentences))
    return Article(
        id=identifier,
        source=f"{identifier}.txt",
        title=text.split("\n", 1)[0],
        date=date,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        paragraphs=tuple(paragraphs),
        boilerplate=tuple(dropped),
        authors=authors,
    )


def fake_articles() -> list[Article]:
    return [
        article("deserters", DESERTERS, boilerplate=["Leave a Comment"], date="2023-08-14"),
        article("farms/harvest", HARVEST),
    ]


class FakeText:
    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = {one.id: one for one in sorted(articles, key=lambda each: each.id)}

    def article(self, article_id: str) -> Article:
        if article_id not in self._articles:
            raise ArticleNotFound(f"No article {article_id!r}. The list of articles has them all.")
        return self._articles[article_id]

    def articles(self) -> list[Article]:
        return [replace(one, text="", paragraphs=(), boilerplate=()) for one in self._articles.values()]


@dataclass
class FakeSnapshot:
    text: FakeText
    info: IndexInfo
    skipped: tuple[SkippedFile, ...] = field(default=(), kw_only=True)

    def paragraphs_of(self, article_id: str) -> list[Any]:
        return []

    def search_articles(self, text: str, count: int) -> list[str]:
        return [one.id for one in self.text.articles()]


def words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 3}


def passage(rank: int, one: Article, span: Span, score: float) -> Passage:
    """Return a range of an article as the passage of this rank."""
    identifier, link = passage_id(one.id, span.start, span.end), range_link(one.id, span.start, span.end)
    text = span.of(one.text)
    return Passage(identifier, rank, one.id, one.title, one.source, text, span.start, span.end, score, link)


@dataclass
class FakeEngine:
    """Quotes the sentences that share the most words with the question; at least two are needed."""

    articles: list[Article] = field(default_factory=fake_articles)
    requests: list[AskRequest] = field(default_factory=list)
    delay: float = 0.0
    released: threading.Event = field(default_factory=threading.Event)
    broken: Exception | None = None
    disagreement: bool = False
    doubtful: bool = False
    encoder: Encoder = field(default_factory=FakeEncoder)
    closed: bool = False
    skipped: tuple[SkippedFile, ...] = ()

    @property
    def snapshot(self) -> Any:
        sentences = sum(len(one.paragraphs) for one in self.articles)
        info = IndexInfo("g1", "fake", len(self.articles), sentences)
        return FakeSnapshot(FakeText(self.articles), info, skipped=self.skipped)

    def __post_init__(self) -> None:
        self.released.set()

    def close(self) -> None:
        self.closed = True

    def search(self, request: SearchRequest) -> SearchResult:
        answer = self.ask(AskRequest(**msgspec.structs.asdict(request)))
        places = answer.question, answer.searched_for, answer.reading, answer.passages
        return SearchResult(answer.id, *places, answer.index, answer.took_ms)

    def ask(self, request: AskRequest) -> Answer:
        self.requests.append(request)
        time.sleep(self.delay)
        self.released.wait(20)
        if self.broken is not None:
            raise self.broken
        searched, reading = self._searched(request)
        ranked = self._ranked(searched)
        relevant = [one for one in ranked if one[0] >= 2]
        found = relevant[: request.quotes]
        citations = tuple(self._citation(n, one, span, found) for n, (_, one, span) in enumerate(found, start=1))
        refusal = "The articles do not answer this."
        answer, statements = quote_all(citations) if citations else (refusal, unsupported(refusal))
        return Answer(
            id=request.id,
            question=request.question,
            searched_for=searched,
            reading=reading,
            answered=bool(citations),
            support=("perhaps" if self.doubtful else "answered") if citations else "none",
            confidence=0.9 if citations else 0.1,
            disagreement=self.disagreement and len(citations) > 1,
            answer=answer,
            statements=statements,
            citations=citations,
            passages=tuple(
                passage(n, one, span, float(score))
                for n, (score, one, span) in enumerate(ranked[: request.passages], start=1)
            ),
            index=self.snapshot.info,
            took_ms=1.0,
            further=len(relevant) - len(found),
        )

    def _searched(self, request: AskRequest) -> tuple[str, Any]:
        if request.searched_for is not None:
            return request.searched_for, "given"
        if request.history and len(words(request.question)) < 3:
            return f"{request.history[-1].question} {request.question}", "with_history"
        return request.question, "alone"

    def _ranked(self, question: str) -> list[tuple[int, Article, Span]]:
        found = [
            (len(words(question) & words(span.of(one.text))), one, span)
            for one in self.articles
            for paragraph in one.paragraphs
            if paragraph.kind == "body"
            for span in paragraph.sentences
        ]
        return sorted(found, key=lambda each: (-each[0], each[1].id, each[2].start))

    def _citation(self, marker: int, one: Article, span: Span, found: Sequence[tuple[int, Article, Span]]) -> Citation:
        prefix, suffix = one.text[max(0, span.start - 32) : span.start], one.text[span.end : span.end + 32]
        also = [(other.start, other.end) for _, article, other in found if article == one and other != span]
        return Citation(
            marker=marker,
            article_id=one.id,
            title=one.title,
            source=one.source,
            quote=span.of(one.text),
            start=span.start,
            end=span.end,
            prefix=prefix,
            suffix=suffix,
            article_sha256=one.sha256,
            link=quotation_link(one.id, span.start, span.end, span.of(one.text), prefix, suffix, also),
            paragraph=_paragraph_number(one, span),
            emphasis=_first_number(one, span),
            date=one.date,
            authors=one.authors,
        )


def _first_number(one: Article, span: Span) -> Span | None:
    number = re.compile(r"[0-9]+,[0-9]+").search(one.text, span.start, span.end)
    return None if number is None else Span(*number.span())


def _paragraph_number(one: Article, span: Span) -> int:
    starts = [paragraph.start for paragraph in one.paragraphs if paragraph.kind == "body"]
    return bisect(starts, span.start)


def fake_site(folder: Path, engine: FakeEngine | None = None, **settings: Any) -> Flask:
    """Return an application over a fake engine that keeps its conversations in this folder."""
    own = {"articles": folder / "articles", "index": folder / "index", "data": folder / "data"}
    return create_app(engine or FakeEngine(), Settings(**{**own, **settings}))
