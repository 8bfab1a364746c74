"""The articles that claims are looked up in: their whole texts, their folded texts, links to places in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from qa.check.drafts.records import ClaimSource, Difference
from qa.citations.links import quotation_link
from qa.protocols import Snapshot
from qa.records import Article
from qa.text.fold import FoldedText, fold

CONTEXT_CHARACTERS = 24
# Articles whose texts are kept while one draft is checked.
KEPT_ARTICLES = 64

WORD = re.compile(r"\w+")


class Library:
    """The articles of one generation, for one check."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.articles: Sequence[Article] = snapshot.text.articles()
        self._by_id = {article.id: article for article in self.articles}
        self.folded = lru_cache(KEPT_ARTICLES)(self._folded)
        self.article = lru_cache(KEPT_ARTICLES)(snapshot.text.article)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield the id and the text of every article."""
        for article in self.articles:
            yield article.id, self.text(article.id)

    def text(self, article_id: str) -> str:
        """Return the text of an article."""
        return self.article(article_id).text

    def nearest(self, words: str, count: int) -> list[str]:
        """Return the ids of the articles that share the most words with the text, best first."""
        return self._snapshot.search_articles(words, count)

    def source(self, article_id: str, text: str, start: int, end: int) -> ClaimSource:
        """Return the range of an article as a source; text is the whole of it."""
        article, quote = self._by_id[article_id], text[start:end]
        before, after = text[max(0, start - CONTEXT_CHARACTERS) : start], text[end : end + CONTEXT_CHARACTERS]
        link = quotation_link(article_id, start, end, quote, before, after, collection=self._snapshot.info.collection)
        return ClaimSource(article_id, article.title, article.source, article.date, quote, start, end, link)

    def _folded(self, article_id: str) -> FoldedText:
        return FoldedText.of(self.text(article_id))


def differences(draft: str, article: str) -> tuple[Difference, ...]:
    """Return what two texts have in common and what only one of them has, word by word.

    >>> [(one.where, one.text) for one in differences("It rose by ten.", "It rose by 12.")]
    [('same', 'It rose by'), ('draft', 'ten.'), ('article', '12.')]
    """
    ours, theirs = draft.split(), article.split()
    found: list[Difference] = []
    for operation, first, last, low, high in _matcher(ours, theirs).get_opcodes():
        if operation == "equal":
            found.append(Difference("same", " ".join(ours[first:last])))
            continue
        if last > first:
            found.append(Difference("draft", " ".join(ours[first:last])))
        if high > low:
            found.append(Difference("article", " ".join(theirs[low:high])))
    return tuple(found)


def _matcher(ours: Sequence[str], theirs: Sequence[str]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, [fold(word) for word in ours], [fold(word) for word in theirs], autojunk=False)
