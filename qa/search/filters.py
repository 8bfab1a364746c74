"""From the filters of a request to a scope."""

from __future__ import annotations

from qa.errors import BadScope
from qa.protocols import TextStore
from qa.requests import SearchRequest
from qa.scope import Scope
from qa.search.article_names import describe_unknown


def scope_of(request: SearchRequest, text: TextStore) -> Scope | None:
    """Return the articles and days that may answer the request; None where all may.

    Raises BadScope for an article that is not in the text store, and for days that end before they begin.
    """
    if not (request.articles or request.since or request.until):
        return None
    check_days(request.since, request.until)
    if request.articles:
        articles = text.articles()
        known = {article.id for article in articles}
        for place, name in enumerate(request.articles):
            if name not in known:
                raise BadScope(describe_unknown(name, articles), f"articles/{place}")
    return Scope(frozenset(request.articles), request.since, request.until)


def check_days(since: str | None, until: str | None) -> None:
    """Raise BadScope where the days end before they begin."""
    if since and until and since > until:
        raise BadScope(f"The days end before they begin: since is {since}, until is {until}.", "since")
