"""From evidence to the Answer: markers, citations, and the words of a refusal."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answer.reader import Quote
from qa.protocols import StoredParagraph, TextStore
from qa.records import Citation, Passage, Place

CONTEXT = 48
LOOKED_UP = 50
TITLES = 5
TITLE_LENGTH = 80


def citations(quotes: Sequence[Quote], text: TextStore) -> tuple[Citation, ...]:
    """Return the quotes as citations, numbered from 1 in the order given."""
    return tuple(_citation(marker, quote, text) for marker, quote in enumerate(quotes, 1))


def _citation(marker: int, quote: Quote, text: TextStore) -> Citation:
    paragraph = quote.paragraph
    prefix, suffix = text.context(paragraph.article_id, quote.start, quote.end, CONTEXT)
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
        also_in=_same_places(quote, text),
    )


def _same_places(quote: Quote, text: TextStore) -> tuple[Place, ...]:
    """Return where the quote itself stands in copies of its paragraph; the whole copy where its words differ, and for
    the copies after LOOKED_UP, which nobody reads one by one.
    """
    copies = quote.paragraph.also_in
    articles = {name: text.article(name).text for name in {place.article_id for place in copies[:LOOKED_UP]}}
    near = (_same_place(quote, place, articles[place.article_id]) for place in copies[:LOOKED_UP])
    return (*near, *copies[LOOKED_UP:])


def _same_place(quote: Quote, place: Place, article: str) -> Place:
    at = article.find(quote.text, place.start, place.end)
    if at < 0:
        return place
    return Place(place.article_id, at, at + len(quote.text))


def quoted(cited: Sequence[Citation]) -> str:
    """Return the answer as text: each quotation in marks, followed by its marker.

    The quotations themselves are not changed, so that they can be found again.
    """
    return " ".join(f"“{citation.quote}” [{citation.marker}]" for citation in cited)


def refusal(text: TextStore) -> str:
    """Return the words of a refusal: that the articles do not answer, and what they are about."""
    titles = [_shortened(article.title) for article in text.articles()[: TITLES + 1]]
    if not titles:
        return "There are no articles to answer from."
    more = " and more" if len(titles) > TITLES else ""
    return f"The articles do not answer this. They are about: {'; '.join(titles[:TITLES])}{more}."


def _shortened(title: str) -> str:
    title = " ".join(title.split()).rstrip(".")
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1].rstrip()}…"


def passages(ranked: Sequence[tuple[StoredParagraph, float]]) -> tuple[Passage, ...]:
    """Return paragraphs with their scores, best first, as ranked passages."""
    return tuple(
        Passage(
            rank=rank,
            article_id=paragraph.article_id,
            title=paragraph.title,
            source=paragraph.source,
            text=paragraph.text,
            start=paragraph.start,
            end=paragraph.end,
            score=round(score, 4),
        )
        for rank, (paragraph, score) in enumerate(ranked, 1)
    )
