"""A site for the tests of the API: the fake engine with an encoder, a search over whole articles, and odd ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask

from qa.protocols import Hits
from qa.records import Article
from qa.settings import Settings
from tests.fakes import FakeEncoder
from tests.web.fakes import FakeEngine, FakeSnapshot, article, fake_articles, words
from web import create_app

ODD = "Odd title\n\nA name with dots, spaces and marks leads here as well.\n"
ODD_IDS = ["a.b/c d", "ünï/çødé", "50%/q?x#y", "x:1-2"]


def api_articles() -> list[Article]:
    return [*fake_articles(), *(article(identifier, ODD) for identifier in ODD_IDS)]


class FakeArticleIndex:
    """Articles that share a long word with the question, in order of id."""

    def __init__(self, articles: list[Article]) -> None:
        self._articles = articles

    def search(self, question: str, count: int) -> Hits:
        rows = [at for at, one in enumerate(self._articles) if words(question) & words(one.text)][:count]
        return Hits(np.array(rows, np.int64), np.ones(len(rows), np.float32))


@dataclass
class ApiGeneration(FakeSnapshot):
    articles_lexical: Any = None


@dataclass
class ApiEngine(FakeEngine):
    articles: list[Article] = field(default_factory=api_articles)
    encoder: Any = field(default_factory=FakeEncoder)

    @property
    def snapshot(self) -> Any:
        before = super().snapshot
        ordered = sorted(self.articles, key=lambda one: one.id)
        return ApiGeneration(before.text, before.info, articles_lexical=FakeArticleIndex(ordered))


def api_site(folder: Path, engine: ApiEngine | None = None, **settings: Any) -> Flask:
    """Return an application over a fake engine that keeps its conversations in this folder."""
    return create_app(engine or ApiEngine(), Settings(data=folder / "data", **settings))
