"""Whether the citations of a past answer still hold, checked against the articles as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from qa.citations.locate import Located, Status, locate
from qa.errors import ArticleNotFound
from qa.protocols import TextStore
from qa.requests import CollectionName

# An answer has ten citations at most; the limits keep the comparison of edited texts, which is quadratic, short.
CITATION_LIMIT = 20
QUOTE_LIMIT = 2000
CONTEXT_LIMIT = 200

Offset = Annotated[int, Meta(ge=0, le=10**9)]
Context = Annotated[str, Meta(max_length=CONTEXT_LIMIT, description="What stood next to the quotation.")]


class PastCitation(msgspec.Struct, frozen=True):
    """A citation as an earlier Answer had it; fields that are not needed for checking are ignored."""

    article_id: Annotated[str, Meta(min_length=1, max_length=1024)]
    quote: Annotated[str, Meta(min_length=1, max_length=QUOTE_LIMIT)]
    start: Offset
    end: Offset
    prefix: Context = ""
    suffix: Context = ""
    marker: Annotated[int, Meta(ge=0, le=10**6, description="Echoed.")] = 0


class PastIndex(msgspec.Struct, frozen=True):
    """The needed field of the index that an Answer came from."""

    collection: CollectionName | None = None


class VerifyRequest(msgspec.Struct, frozen=True):
    """The citations to check: a whole Answer may be sent as it came, its other fields are ignored.

    They are checked in the articles of ``collection``, else of that which the Answer says in ``index``.
    """

    citations: Annotated[tuple[PastCitation, ...], Meta(max_length=CITATION_LIMIT)]
    collection: CollectionName | None = None
    index: PastIndex | None = None

    @property
    def asked_collection(self) -> str | None:
        """Return the name of the collection whose articles were quoted, None where none is named."""
        return self.collection or (self.index.collection if self.index is not None else None)


@dataclass(frozen=True, slots=True)
class Check:
    """What became of a citation.

    ``quote`` is ``article.text[start:end]`` as it is now, empty and 0 to 0 when it is gone; ``article_sha256`` is the
    digest of the article as it is now, null when there is no such article.
    """

    marker: int
    article_id: str
    status: Status
    quote: str
    start: int
    end: int
    article_sha256: str | None


def verify(citations: Sequence[PastCitation], text: TextStore) -> tuple[Check, ...]:
    """Return what became of each citation, in the order given."""
    return tuple(_check(citation, text) for citation in citations)


def _check(past: PastCitation, text: TextStore) -> Check:
    try:
        article = text.article(past.article_id)
    except ArticleNotFound:
        return _result(past, Located("gone", 0, 0), "", None)
    located = locate(article.text, past.quote, past.prefix, past.suffix, past.start, past.end)
    return _result(past, located, article.text, article.sha256)


def _result(past: PastCitation, located: Located, text: str, sha256: str | None) -> Check:
    quote = text[located.start : located.end]
    return Check(past.marker, past.article_id, located.status, quote, located.start, located.end, sha256)
