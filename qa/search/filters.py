"""Which paragraphs a request may be answered from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qa.protocols import Mask, Snapshot
from qa.records import Article
from qa.requests import AskRequest


@dataclass(frozen=True, slots=True)
class Allowed:
    """The articles that a request may be answered from, by id, and the rows (rows,) that stand in one of them."""

    articles: frozenset[str]
    rows: Mask


def allowed(request: AskRequest, snapshot: Snapshot) -> Allowed | None:
    """Return what stands in the articles and days that were asked for; None where all may answer."""
    if not (request.articles or request.since or request.until):
        return None
    chosen = frozenset(request.articles)
    articles = snapshot.text.articles()
    in_it: Mask = np.array([_allowed(article, chosen, request) for article in articles], np.bool_)
    rows = in_it[snapshot.article_of]
    originals, standing_in = snapshot.text.copies()
    rows[originals[in_it[standing_in]]] = True
    return Allowed(frozenset(one.id for one, is_in in zip(articles, in_it.tolist(), strict=True) if is_in), rows)


def _allowed(article: Article, chosen: frozenset[str], request: AskRequest) -> bool:
    """An article without a date belongs to no day."""
    if chosen and article.id not in chosen:
        return False
    if request.since and not (article.date and article.date >= request.since):
        return False
    return not (request.until and not (article.date and article.date <= request.until))
