"""From the filters of a request to a scope."""

from __future__ import annotations

from qa.protocols import Scope
from qa.requests import SearchRequest


def scope_of(request: SearchRequest) -> Scope | None:
    """Return the articles and days that may answer the request; None where all may."""
    if not (request.articles or request.since or request.until):
        return None
    return Scope(frozenset(request.articles), request.since, request.until)
