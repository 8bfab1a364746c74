"""All places where the articles name somebody or something, in order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from qa.citations.links import range_link
from qa.mentions.names import Name
from qa.protocols import Snapshot
from qa.records import Article, IndexInfo

# What no date sorts behind.
UNDATED = "9999-99-99"


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where an article has the name: ``article.text[start:end] == text``, inside of ``sentence``.

    ``whole`` is false for the last word of the name alone, which counts in an article that has the whole name too.
    ``date`` is that of the article.
    """

    article_id: str
    title: str
    source: str
    date: str | None
    text: str
    start: int
    end: int
    whole: bool
    sentence: str
    link: str


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelling of the name in the articles, and how often it stands there."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Mentions:
    """A page of the mentions of a name, by date, those without a date last; ``total`` counts all of them."""

    name: str
    total: int
    offset: int
    limit: int
    spellings: tuple[Spelling, ...]
    mentions: tuple[Mention, ...]
    index: IndexInfo


def find_mentions(name: str, snapshot: Snapshot, offset: int = 0, limit: int = 50) -> Mentions:
    """Return the places of the name in all articles, in every spelling that sounds the same."""
    sought = Name(name, snapshot.words)
    nearest = snapshot.search_articles(sought.words, len(snapshot.text.articles())) if sought.words else []
    articles, collection = map(snapshot.text.article, nearest), snapshot.info.collection
    found = [mention for article in articles for mention in _in_article(article, sought, collection)]
    found.sort(key=lambda one: (one.date or UNDATED, one.article_id, one.start))
    counts = Counter(" ".join(one.text.split()) for one in found if one.whole)
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    spellings = tuple(Spelling(text, count) for text, count in ordered)
    page = tuple(found[offset : offset + limit])
    return Mentions(name, len(found), offset, limit, spellings, page, snapshot.info)


def _in_article(article: Article, name: Name, collection: str | None) -> list[Mention]:
    found = list(_places(article, name, collection))
    return found if any(one.whole for one in found) else []


def _places(article: Article, name: Name, collection: str | None) -> Iterator[Mention]:
    for paragraph in article.paragraphs:
        for sentence in paragraph.sentences:
            for place in name.places(article.text, sentence):
                yield Mention(
                    article_id=article.id,
                    title=article.title,
                    source=article.source,
                    date=article.date,
                    text=article.text[place.start : place.end],
                    start=place.start,
                    end=place.end,
                    whole=place.whole,
                    sentence=sentence.of(article.text),
                    link=range_link(article.id, place.start, place.end, collection),
                )
