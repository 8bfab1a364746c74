"""A site for the tests of the API: the fake engine with an encoder, a search over whole articles, and odd ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from qa.records import Article
from qa.settings import Settings
from tests.fakes import FakeEncoder
from tests.web.fakes import FakeEngine, FakeSnapshot, article, fake_articles, words
from web import create_app

ODD = "Odd title\n\nA name with dots, spaces and marks leads here as well.\n"
ODD_IDS = ["a.b/c d", "ünï/çødé", "50%/q?x#y", "x:1-2"]


def api_articles() -> list[Article]:
    return [*fake_articles(), *(article(identifier, ODD) for identifier in ODD_IDS)]


class ApiWords:
    """Words as terms: folded, each in one spelling."""

    def terms(self, text: str) -> list[str]:
        return list(dict.fromkeys(re.findall(r"\w+", text.casefold())))

    def near(self, term: str, distance: int) -> dict[str, int]:
        return {}


@dataclass
class ApiGeneration(FakeSnapshot):
    articles: Sequence[Article] = ()
    words: ApiWords = field(default_factory=ApiWords)

    def search_articles(self, text: str, count: int) -> list[str]:
        """Return the articles that share a long word with the text, in order of id."""
        return [one.id for one in self.articles if words(text) & words(one.text)][:count]


@dataclass
class ApiEngine(FakeEngine):
    articles: list[Article] = field(default_factory=api_articles)
    encoder: Any = field(default_factory=FakeEncoder)

    @property
    def snapshot(self) -> Any:
        before = super().snapshot
        ordered = sorted(self.articles, key=lambda one: one.id)
        return ApiGeneration(before.text, before.info, ordered)


def api_site(folder: Path, engine: ApiEngine | None = None, **settings: Any) -> Flask:
    """Return an application over a fake engine that keeps its conversations in this folder."""
    own = {"articles": folder / "articles", "index": folder / "index", "data": folder / "data"}
    return create_app(engine or ApiEngine(), Settings(**{**own, **settings}))
