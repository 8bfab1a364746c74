"""The Python API: an index that is opened or built, asked, searched and read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from qa.answer.engine import Engine
from qa.encode.model import DEFAULT_MODEL
from qa.factory import build_index, open_engine
from qa.progress import silent
from qa.records import Answer, Article, SearchResult
from qa.requests import AskRequest, SearchRequest, Turn, explain
from qa.settings import Settings

Request = TypeVar("Request", AskRequest, SearchRequest)


class Index:
    """An open index; several threads may use it at once, and a newer build is taken up without opening it again.

    As a context manager it is closed at the end. Every method raises ValueError once it is closed.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine: Engine | None = engine

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        searched_for: str | None = None,
        passages: int = 10,
        quotes: int = 3,
        articles: Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
    ) -> Answer:
        """Return the answer in quotations, or a refusal with the nearest passages.

        history holds the earlier turns of the conversation; searched_for is searched for in place of the question;
        articles (ids), since and until (days, YYYY-MM-DD, both included) restrict it to some articles. Raises
        BadRequest naming the argument and its limit.
        """
        fields = _fields(history, searched_for, passages, articles, since, until)
        return self._opened().ask(_request(AskRequest, question=question, quotes=quotes, **fields))

    def search(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        searched_for: str | None = None,
        passages: int = 10,
        articles: Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
    ) -> SearchResult:
        """Return the passages nearest to the question, best first; the arguments mean what they mean to ask."""
        fields = _fields(history, searched_for, passages, articles, since, until)
        return self._opened().search(_request(SearchRequest, question=question, **fields))

    def article(self, article_id: str) -> Article:
        """Return the article whose ``text`` all offsets count in; raises ArticleNotFound."""
        return self._opened().snapshot.text.article(article_id)

    def articles(self) -> Sequence[Article]:
        """Return all articles by id, without their text: ``article`` returns one with it."""
        return self._opened().snapshot.text.articles()

    def close(self) -> None:
        """Close the index and its files; a second call does nothing."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _opened(self) -> Engine:
        if self._engine is None:
            raise ValueError("This index is closed. Open it again with: open_index")
        return self._engine


def open_index(folder: str | Path = ".qa", *, articles: str | Path | None = None, model: str = DEFAULT_MODEL) -> Index:
    """Return the index in a folder.

    With a folder of articles the index is first built from it, or brought up to date. model is a sentence-transformers
    model, by name or folder. Neither the environment nor the command line's settings are read. Raises QAError:
    IndexMissing, IndexCorrupt, ModelMismatch, ArticlesMissing, IndexBusy or StorageFailed.
    """
    settings = Settings(index=Path(folder), model=model)
    if articles is not None:
        settings = settings.with_options(articles=Path(articles))
        build_index(settings, progress=silent)
    return Index(open_engine(settings))


def _fields(
    history: Sequence[Turn],
    searched_for: str | None,
    passages: int,
    articles: Sequence[str],
    since: str | None,
    until: str | None,
) -> dict[str, Any]:
    return {
        "history": msgspec.to_builtins(history),
        "searched_for": searched_for,
        "passages": passages,
        "articles": list(articles),
        "since": since,
        "until": until,
    }


def _request(kind: type[Request], **fields: Any) -> Request:
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise explain(error) from error
