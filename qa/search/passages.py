"""One passage by its id."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.errors import ArticleNotFound
from qa.protocols import TextStore
from qa.search.article_names import find_article
from qa.text.counts import counted

# Characters of the article before and after a passage.
CONTEXT = 48
_PLACE = re.compile(r"(.+):([0-9]{1,10})-([0-9]{1,10})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PlacedPassage:
    """A range of an article as it is now, with what stands around it.

    ``locator`` is the page or section of its paragraph, ``note`` says what was unusual about the file.
    """

    id: str
    article_id: str
    title: str
    source: str
    date: str | None
    text: str
    start: int
    end: int
    prefix: str
    suffix: str
    article_sha256: str
    locator: str | None = None
    note: str | None = None


def passage_id(article_id: str, start: int, end: int) -> str:
    """Return the id of a range of an article.

    >>> passage_id("news/harvest", 12, 80)
    'news/harvest:12-80'
    """
    return f"{article_id}:{start}-{end}"


def passage_at(text: TextStore, identifier: str) -> PlacedPassage:
    """Return the passage of this id; raises ArticleNotFound when it is no id or the article has no such range."""
    place = _PLACE.fullmatch(identifier)
    if place is None:
        raise ArticleNotFound(f"{identifier[:80]!r} is no passage: an id is article:start-end.")
    article, start, end = find_article(text, place[1]), int(place[2]), int(place[3])
    if not start < end <= len(article.text):
        raise ArticleNotFound(
            f"{article.id} has {counted(len(article.text), 'character')}: it has no range {start} to {end}."
        )
    return PlacedPassage(
        id=passage_id(article.id, start, end),
        article_id=article.id,
        title=article.title,
        source=article.source,
        date=article.date,
        text=article.text[start:end],
        start=start,
        end=end,
        prefix=article.text[max(0, start - CONTEXT) : start],
        suffix=article.text[end : end + CONTEXT],
        article_sha256=article.sha256,
        locator=next((one.locator for one in reversed(article.paragraphs) if one.start <= start), None),
        note=article.note,
    )
