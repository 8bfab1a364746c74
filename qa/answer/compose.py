"""The parts of an answer: citations, passages and the words of a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import islice

from qa.answer.reader import Quote
from qa.citations.links import quotation_link, range_link
from qa.citations.statements import describe_left_out
from qa.protocols import StoredParagraph, TextStore
from qa.records import Article, Citation, Copy, Passage, Place
from qa.scope import Scope
from qa.search.passages import passage_id
from qa.text.lines import PAGE_BREAK
from qa.text.shown import leave_out

# Characters of the article before and after a quote.
CONTEXT_LENGTH = 48
# Copies of a paragraph in which the quote itself is located.
LOCATED_COPIES = 50
# Titles in a refusal, and characters of each.
TITLES, TITLE_LENGTH = 5, 80

_PAGE = re.compile(r"page (\d+)")


def citations(quotes: Sequence[Quote], text: TextStore, collection: str | None = None) -> tuple[Citation, ...]:
    """Return the quotes as citations, numbered from 1 in the order given, with links into this collection."""
    article = cache(text.article)
    return tuple(_citation(marker, quote, quotes, article, collection) for marker, quote in enumerate(quotes, 1))


def _citation(
    marker: int, quote: Quote, quotes: Sequence[Quote], read: Callable[[str], Article], collection: str | None
) -> Citation:
    paragraph = quote.paragraph
    also = [
        (one.start, one.end) for one in quotes if one is not quote and one.paragraph.article_id == paragraph.article_id
    ]
    article = read(paragraph.article_id)
    prefix = article.text[max(0, quote.start - CONTEXT_LENGTH) : quote.start]
    suffix = article.text[quote.end : quote.end + CONTEXT_LENGTH]
    return Citation(
        marker=marker,
        article_id=paragraph.article_id,
        title=paragraph.title,
        source=paragraph.source,
        quote=quote.text,
        start=quote.start,
        end=quote.end,
        prefix=prefix,
        suffix=suffix,
        article_sha256=paragraph.article_sha256,
        link=quotation_link(paragraph.article_id, quote.start, quote.end, quote.text, prefix, suffix, also, collection),
        locator=locate_on_page(paragraph, quote.start),
        paragraph=paragraph_number(article, paragraph.start),
        date=article.date,
        authors=article.authors,
        emphasis=quote.emphasis,
        shown=leave_out(paragraph.text, quote.start, quote.end, paragraph.markup, paragraph.start),
        also_in=tuple(
            Copy(one.article_id, one.start, one.end, range_link(one.article_id, one.start, one.end, collection))
            for one in _same_places(quote, read)
        ),
    )


def locate_on_page(paragraph: StoredParagraph, start: int) -> str | None:
    """Return the locator of a quotation: its page, which can be later than that of its paragraph, or its section."""
    page = _PAGE.fullmatch(paragraph.locator or "")
    if page is None:
        return paragraph.locator
    return f"page {int(page[1]) + paragraph.text.count(PAGE_BREAK, 0, start - paragraph.start):,}"


def paragraph_number(article: Article, start: int) -> int | None:
    """Return the number of the body paragraph that begins there, from 1; None for another kind."""
    starts = [one.start for one in article.paragraphs if one.kind == "body"]
    return starts.index(start) + 1 if start in starts else None


def _same_places(quote: Quote, read: Callable[[str], Article]) -> tuple[Place, ...]:
    """Return the places of the quote in copies of its paragraph.

    Where the words of a copy differ, and after LOCATED_COPIES, the place is the whole copy.
    """
    copies = quote.paragraph.also_in
    articles = {name: read(name).text for name in {place.article_id for place in copies[:LOCATED_COPIES]}}
    near = (_same_place(quote, place, articles[place.article_id]) for place in copies[:LOCATED_COPIES])
    return (*near, *copies[LOCATED_COPIES:])


def _same_place(quote: Quote, place: Place, article: str) -> Place:
    at = article.find(quote.text, place.start, place.end)
    if at < 0:
        return place
    return Place(place.article_id, at, at + len(quote.text))


def refusal(text: TextStore, scope: Scope | None, unmet: Sequence[str] = ()) -> str:
    """Return the text of a refusal: what of the question is not met, and what the articles in the scope are about."""
    inside = (article for article in text.articles() if scope is None or scope.holds(article))
    titles = [_shorten(article.title) for article in islice(inside, TITLES + 1)]
    undated = [one for one in [describe_undated(text, scope)] if one]
    if not titles:
        days = " of these days" if scope is not None else ""
        return " ".join([f"There are no articles{days} to answer from.", *undated])
    more = " and more" if len(titles) > TITLES else ""
    about = f"They are about: {'; '.join(titles[:TITLES])}{more}."
    return " ".join(["The articles do not answer this.", *unmet, about, *undated])


def describe_undated(text: TextStore, scope: Scope | None) -> str:
    """Return the sentence that says how many articles a restriction to days leaves out because they have no date."""
    count = 0 if scope is None else scope.count_undated(text.articles())
    return describe_left_out(count) if count else ""


def _shorten(title: str) -> str:
    title = " ".join(title.split()).rstrip(".")
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1].rstrip()}…"


def passages(ranked: Sequence[tuple[StoredParagraph, float]], collection: str | None) -> tuple[Passage, ...]:
    """Return paragraphs with their scores, best first, as ranked passages with links into this collection."""
    return tuple(
        Passage(
            id=passage_id(paragraph.article_id, paragraph.start, paragraph.end),
            rank=rank,
            article_id=paragraph.article_id,
            title=paragraph.title,
            source=paragraph.source,
            text=paragraph.text,
            start=paragraph.start,
            end=paragraph.end,
            score=round(score, 4),
            link=range_link(paragraph.article_id, paragraph.start, paragraph.end, collection),
            locator=paragraph.locator,
            shown=leave_out(paragraph.text, paragraph.start, paragraph.end, paragraph.markup, paragraph.start),
        )
        for rank, (paragraph, score) in enumerate(ranked, 1)
    )
