"""The three rounds of a question over the structures of one generation: search, late interaction, reading."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from qa.core_pool import CorePool
from qa.errors import ArticleNotFound
from qa.protocols import Candidates, Matches, Matrix, Query, Rows, StoredParagraph, StoredTokens, Vector
from qa.scope import Scope
from qa.store.candidates import Found, Indexes, found_rows
from qa.store.neighbours import surroundings
from qa.store.protocols import LexicalIndex, Mask, ParagraphStore, TokenStore
from qa.store.selection import Selection, select

# Scopes whose rows are kept in memory: a question needs them twice.
CACHED_SELECTIONS = 8


class QuestionRounds:
    """Answers what Snapshot asks, from one structure for each part of it."""

    def __init__(self, indexes: Indexes, text: ParagraphStore, tokens: TokenStore, cores: CorePool) -> None:
        """A search uses a free core of the pool for one of its parts."""
        self._indexes = indexes
        self._text = text
        self._tokens = tokens
        self._cores = cores
        self._select = lru_cache(CACHED_SELECTIONS)(partial(_select, text, indexes.article_of))

    @property
    def words(self) -> LexicalIndex:
        return self._indexes.lexical

    def token_weights(self, token_ids: NDArray[np.int32]) -> Vector:
        return self._tokens.weights(token_ids)

    def rows_within(self, scope: Scope | None) -> Mask | None:
        """Return a mask (rows,) of the rows that the scope lets through, None where that is all of them."""
        selection = self._select(scope)
        return None if selection is None else selection.rows

    def search(self, queries: Sequence[Query], scope: Scope | None) -> Candidates:
        among = self.rows_within(scope)
        found = [self._search_one(query, among) for query in queries]
        rows = found_rows(found)
        scores = [self._indexes.scores(query, one, rows) for query, one in zip(queries, found, strict=True)]
        return Candidates(rows, self._text.kinds(rows), scores)

    def _search_one(self, query: Query, among: Mask | None) -> Found:
        by_words = partial(self._indexes.search_words, query, among)
        wait_for_words = self._cores.submit_if_free(by_words) or by_words
        dense = self._indexes.search_vectors(query, among)
        return Found(dense, *wait_for_words())

    def best_matches(self, questions: Sequence[Matrix], rows: Rows) -> list[Matches]:
        around = surroundings(rows, self._indexes.article_of)
        wanted, place = np.unique(around, return_inverse=True)
        place = place.reshape(around.shape)
        return [
            Matches(np.ascontiguousarray(matched[:, place[:, 0]]), np.ascontiguousarray(matched[:, place].max(axis=2)))
            for matched in self._tokens.best_matches(questions, wanted)
        ]

    def read(
        self, rows: Rows, scope: Scope | None, depth: int
    ) -> tuple[Sequence[StoredParagraph], Sequence[StoredTokens]]:
        selection = self._select(scope)
        paragraphs = self._text.paragraphs(rows, None if selection is None else selection.articles)
        return paragraphs, self._tokens.read(rows[:depth])

    def examples(self, term: str, count: int) -> list[str]:
        rows = self._indexes.lexical.search(term, count).rows
        return [paragraph.text for paragraph in self._text.paragraphs(rows)]

    def search_articles(self, text: str, count: int) -> list[str]:
        articles = self._text.articles()
        return [articles[number].id for number in self._indexes.articles_lexical.search(text, count).rows.tolist()]

    def paragraphs_of(self, article_id: str) -> list[StoredParagraph]:
        for number, article in enumerate(self._text.articles()):
            if article.id == article_id:
                return self._text.paragraphs(np.flatnonzero(self._indexes.article_of == number))
        raise ArticleNotFound(f"No article {article_id!r} in the index.")


def _select(text: ParagraphStore, article_of: NDArray[np.int32], scope: Scope | None) -> Selection | None:
    return None if scope is None else select(scope, text, article_of)
