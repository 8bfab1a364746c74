"""The articles that a question is restricted to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from qa.records import Article


@dataclass(frozen=True, slots=True)
class Scope:
    """The articles that may answer: with one of these ids (any where there are none), from since to until, included.

    Both are days as YYYY-MM-DD. An article without a date belongs to no day.
    """

    articles: frozenset[str] = frozenset()
    since: str | None = None
    until: str | None = None

    def holds(self, article: Article) -> bool:
        """Return whether the article may answer."""
        if self.articles and article.id not in self.articles:
            return False
        day = (article.date or "")[:10]
        if self.since and not (day and day >= self.since):
            return False
        return not (self.until and not (day and day <= self.until))

    def count_undated(self, articles: Iterable[Article]) -> int:
        """Return how many of these articles a restriction to days leaves out because they have no date."""
        if not (self.since or self.until):
            return 0
        any_day = replace(self, since=None, until=None)
        return sum(article.date is None for article in articles if any_day.holds(article))
