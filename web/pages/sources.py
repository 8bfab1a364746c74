"""Citations as a page shows them: where each leads, and whether its article still says the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.citations.links import QUOTE_CHARACTERS, with_way_back
from qa.citations.locate import Located, Status, locate
from qa.citations.statements import split_emphasis
from qa.protocols import TextStore
from qa.records import Answer, Article, Citation, Span
from qa.search.passages import passage_id
from web.pages.layout import check_range
from web.requests import whole_number

LONGEST_TEXT = 10**9
_PLACE = re.compile(r"([0-9]{1,10})-([0-9]{1,10})")
_BACK = re.compile(r"/c/[0-9a-f]{32}(#m-[0-9]{1,6}-[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A statement beside one of its citations: the address in the reader, and how the quotation stands there now.

    ``parts`` are the statement's text before, in and after the words that answer. ``id`` is that of its passage.
    """

    parts: tuple[str, str, str]
    citation: Citation
    url: str
    standing: Status

    @property
    def id(self) -> str:
        """Return the id under which the quotation is kept."""
        return passage_id(self.citation.article_id, self.citation.start, self.citation.end)


@dataclass(frozen=True, slots=True)
class Marked:
    """The ranges to mark in an article, in reading order; ``chosen`` is the place of the cited one among them."""

    status: Status
    spans: tuple[Span, ...]
    chosen: int


def quotations(answer: Answer, articles: TextStore, page: str, turn: int) -> tuple[Quotation, ...]:
    """Return each statement of the answer with each of its citations; a refusal has none.

    The answer is this turn of the conversation on that page, which the reader leads back to; "" leads nowhere.
    """
    digests = {one.id: one.sha256 for one in articles.articles()} if answer.citations else {}
    cited = {citation.marker: citation for citation in answer.citations}
    return tuple(
        Quotation(
            split_emphasis(statement),
            cited[marker],
            _url(cited[marker], page, turn),
            find_status(cited[marker], digests, articles),
        )
        for statement in answer.statements
        for marker in statement.markers
    )


def _url(citation: Citation, page: str, turn: int) -> str:
    return with_way_back(citation.link, f"{page}#m-{turn}-{citation.marker}") if page else citation.link


def find_status(citation: Citation, digests: Mapping[str, str], articles: TextStore) -> Status:
    """Return how the quotation stands in its article as it is now; digests are the SHA-256 of all articles by id."""
    digest = digests.get(citation.article_id)
    if digest is None:
        return "gone"
    if digest == citation.article_sha256:
        return "unchanged"
    text = articles.article(citation.article_id).text
    return locate(text, citation.quote, citation.prefix, citation.suffix, citation.start, citation.end).status


def locate_marks(article: Article, query: Mapping[str, str], also: Sequence[str]) -> Marked:
    """Return what the query of a reader link marks; raises ArticleNotFound for a bare range outside the text."""
    if not query.keys() & {"start", "end", "quote"}:
        return Marked("unchanged", (), 0)
    start = whole_number(query, "start", 0, 0, LONGEST_TEXT)
    end = whole_number(query, "end", len(article.text), 0, LONGEST_TEXT)
    if not query.get("quote"):
        return Marked("unchanged", (check_range(article, start, end),), 0)
    found = _located(article.text, query, start, end)
    if found.status == "gone":
        return Marked("gone", (), 0)
    chosen = Span(found.start, found.end)
    spans = _apart([chosen, *_places(article.text, also)] if found.status == "unchanged" else [chosen])
    return Marked(found.status, spans, spans.index(chosen))


def back_link(query: Mapping[str, str]) -> str:
    """Return the page of ours that the reader was opened from, or nothing."""
    back = query.get("back", "")
    return back if _BACK.fullmatch(back) else ""


def _located(text: str, query: Mapping[str, str], start: int, end: int) -> Located:
    quote = query["quote"]
    cut_off = max(0, end - start - len(quote)) if len(quote) == QUOTE_CHARACTERS else 0
    found = locate(text, quote, query.get("prefix", ""), query.get("suffix", ""), start, end - cut_off)
    if found.status in {"unchanged", "moved"}:
        return Located(found.status, found.start, min(len(text), found.end + cut_off))
    return found


def _places(text: str, also: Sequence[str]) -> list[Span]:
    found = [_PLACE.fullmatch(one) for one in also]
    spans = [Span(int(one[1]), int(one[2])) for one in found if one]
    return [span for span in spans if span.start < span.end <= len(text)]


def _apart(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans in reading order, without those that overlap an earlier one of the list."""
    kept: list[Span] = []
    for span in spans:
        if all(span.end <= one.start or one.end <= span.start for one in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda one: one.start))
