"""Which paragraphs a request may be answered from."""

from __future__ import annotations

import numpy as np

from qa.protocols import Generation, Mask
from qa.records import Article
from qa.requests import AskRequest


def allowed_rows(request: AskRequest, generation: Generation) -> Mask | None:
    """Return which rows stand in the articles and days that were asked for, (rows,); None where all may answer."""
    if not (request.articles or request.since or request.until):
        return None
    chosen = frozenset(request.articles)
    articles = np.array([_allowed(article, chosen, request) for article in generation.text.articles()], np.bool_)
    allowed: Mask = articles[generation.article_of]
    return allowed


def _allowed(article: Article, chosen: frozenset[str], request: AskRequest) -> bool:
    """An article without a date belongs to no day."""
    if chosen and article.id not in chosen:
        return False
    if request.since and not (article.date and article.date >= request.since):
        return False
    return not (request.until and not (article.date and article.date <= request.until))
