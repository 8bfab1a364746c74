"""The article that a copied paragraph is shown in: of all that hold it, the one that fits the question best."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import islice

from qa.protocols import Snapshot, StoredParagraph
from qa.records import Article, Paragraph, ParagraphKind, Place
from qa.scope import Scope
from qa.search.question import Question
from qa.text.figures import spell_out_days
from qa.text.shown import clip_spans

# Articles that are ranked by the question's words, and how many of those with a copy are compared with the first one.
RANKED_ARTICLES, COMPARED_COPIES = 1000, 5


def place_copies(
    paragraphs: Sequence[StoredParagraph], questions: Sequence[Question], snapshot: Snapshot, scope: Scope | None
) -> list[StoredParagraph]:
    """Return the paragraphs, each as it stands in the article that fits the question best; its other places follow.

    An article fits by the words of the question in its text, and once more in its title or date, rare ones most. Where
    several fit equally well the paragraph stays where it is. Articles outside of the scope are not compared.
    """
    if not any(one.also_in for one in paragraphs):
        return list(paragraphs)
    asked = _Asked(questions[-1].text, snapshot)
    ranked = snapshot.search_articles(asked.text, RANKED_ARTICLES)

    @cache
    def article(article_id: str) -> Article:
        return snapshot.text.article(article_id)

    @cache
    def fit(article_id: str) -> float:
        return asked.fit(article(article_id))

    def fits(place: Place, kind: ParagraphKind) -> bool:
        there = article(place.article_id)
        return (scope is None or scope.holds(there)) and _paragraph_at(place, there).kind == kind

    def place(paragraph: StoredParagraph) -> StoredParagraph:
        copies = {one.article_id: one for one in reversed(paragraph.also_in) if one.article_id != paragraph.article_id}
        inside = (one for one in ranked if one in copies and fits(copies[one], paragraph.kind))
        best = (
            max([paragraph.article_id, *islice(inside, COMPARED_COPIES)], key=fit) if copies else paragraph.article_id
        )
        return paragraph if best == paragraph.article_id else _move(paragraph, copies[best], article(best))

    return [place(one) for one in paragraphs]


class _Asked:
    """The words of a question, each with its rarity."""

    def __init__(self, text: str, snapshot: Snapshot) -> None:
        self.text = text
        self._terms = snapshot.words.terms
        terms = self._terms(text)
        found = zip(terms, snapshot.words.frequencies(terms), strict=True)
        self._rarity = {term: math.log1p(snapshot.info.paragraphs / count) for term, count in found if count}

    def fit(self, article: Article) -> float:
        """Return the summed rarity of the words in the article, those in its title or date counted twice."""
        named = f"{article.title}\n{spell_out_days(article.date or '')}"
        return self._met(named) + self._met(f"{named}\n{article.text}")

    def _met(self, text: str) -> float:
        return math.fsum(self._rarity.get(term, 0.0) for term in self._terms(text))


def _move(paragraph: StoredParagraph, place: Place, article: Article) -> StoredParagraph:
    """Return the paragraph as it stands in this place of the article, and the place where it was among the others."""
    there = _paragraph_at(place, article)
    was = Place(paragraph.article_id, paragraph.start, paragraph.end)
    return replace(
        paragraph,
        article_id=article.id,
        title=article.title,
        source=article.source,
        article_sha256=article.sha256,
        start=there.start,
        end=there.end,
        kind=there.kind,
        text=article.text[there.start : there.end],
        sentences=there.sentences,
        also_in=(was, *(one for one in paragraph.also_in if one != place)),
        markup=clip_spans(article.markup, there.start, there.end),
        locator=there.locator,
    )


def _paragraph_at(place: Place, article: Article) -> Paragraph:
    return next(one for one in article.paragraphs if one.start == place.start)
