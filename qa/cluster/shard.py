"""What one shard answers, from its generation; rows and articles are numbered as the shard numbers them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.cluster.manifest import ShardLengths
from qa.protocols import Matches, Matrix, Query, Rows, StoredParagraph, StoredTokens, Vector
from qa.records import Article, IndexInfo, ParagraphKind
from qa.scope import Scope
from qa.store.candidates import ARTICLE_DEPTH, ROW_DEPTH
from qa.store.dense.reader import MARGIN_ROWS
from qa.store.equal_scores import cosines
from qa.store.lexical.padding import PartIndex, WholeCounts
from qa.store.neighbours import early_scores
from qa.store.protocols import Hits, Mask
from qa.store.snapshot import OpenSnapshot

# Rows that the scan of eight bits gives.
SCAN_DEPTH = ROW_DEPTH + MARGIN_ROWS


@dataclass(frozen=True, slots=True)
class AllCounts:
    """The words of all shards, and the terms of a question in them: among the rows, and among the whole articles."""

    rows: WholeCounts
    articles: WholeCounts


@dataclass(frozen=True, slots=True)
class ShardHits:
    """What a shard found for one query: rows by eight bits, rows by words, and articles by words."""

    scanned: Hits
    lexical: Hits
    articles: Hits


@dataclass(frozen=True, slots=True)
class ShardCandidates:
    """The n rows of a shard that any query found, ascending, with what only the shard can tell of them.

    dense and article_dense hold a cosine of each row for each query, (queries, n).
    """

    hits: tuple[ShardHits, ...]
    rows: Rows
    kinds: list[ParagraphKind]
    article_of: NDArray[np.int64]
    early: Vector
    dense: Matrix
    article_dense: Matrix


@dataclass(frozen=True, slots=True)
class ShardTexts:
    """Paragraphs, the tokens of the first ones, and the articles of these as far as the shard holds them."""

    paragraphs: Sequence[StoredParagraph]
    tokens: Sequence[StoredTokens]
    articles: Sequence[Article]


class Shard:
    """One shard, open for reading."""

    def __init__(self, snapshot: OpenSnapshot, lengths: ShardLengths) -> None:
        self._snapshot = snapshot
        self._lexical = PartIndex(snapshot.folder.lexical, lengths.rows)
        self._articles_lexical = PartIndex(snapshot.folder.articles_lexical, lengths.articles)

    @property
    def info(self) -> IndexInfo:
        """What the shard holds."""
        return self._snapshot.info

    def open_here(self) -> None:
        """Open for the calling thread what each thread opens once: later the shard may have been removed."""
        text = self._snapshot.text
        for article in text.articles()[:1]:
            text.article(article.id)

    def search(self, queries: Sequence[Query], counts: Sequence[AllCounts], scope: Scope | None) -> ShardCandidates:
        """Return the candidates for the queries, each with the counts of its terms in all shards."""
        shard = self._snapshot
        among = shard.rows_within(scope)
        hits = tuple(self._find(query, whole, among) for query, whole in zip(queries, counts, strict=True))
        rows = np.unique(np.concatenate([one.rows for found in hits for one in (found.scanned, found.lexical)]))
        article_of = shard.article_of[rows].astype(np.int64)
        vectors, article_vectors = shard.dense.vectors(rows), shard.article_vectors[article_of]
        return ShardCandidates(
            hits=hits,
            rows=rows,
            kinds=shard.text.kinds(rows),
            article_of=article_of,
            early=early_scores(rows, shard.article_of),
            dense=np.array([cosines(vectors, query.vector) for query in queries]),
            article_dense=np.array([cosines(article_vectors, query.vector) for query in queries]),
        )

    def _find(self, query: Query, counts: AllCounts, among: Mask | None) -> ShardHits:
        shard = self._snapshot
        return ShardHits(
            shard.dense.scan(query.vector, SCAN_DEPTH, among),
            self._lexical.search(query.text, ROW_DEPTH, among, counts.rows),
            self._articles_lexical.search(query.text, ARTICLE_DEPTH, None, counts.articles),
        )

    def best_matches(self, questions: Sequence[Matrix], rows: Rows) -> list[Matches]:
        """Return how well the tokens of each question are met in these rows and around them."""
        return self._snapshot.best_matches(questions, rows)

    def read(self, rows: Rows, scope: Scope | None, depth: int) -> ShardTexts:
        """Return the paragraphs of these rows, and the tokens and articles of the first ``depth`` of them."""
        paragraphs, tokens = self._snapshot.read(rows, scope, depth)
        own = {one.id for one in self._snapshot.text.articles()}
        names = dict.fromkeys(one.article_id for one in paragraphs[:depth] if one.article_id in own)
        return ShardTexts(paragraphs, tokens, [self._snapshot.text.article(name) for name in names])

    def examples(self, term: str, count: int, counts: WholeCounts) -> tuple[Hits, list[str]]:
        """Return the ``count`` best rows that hold the term, and their texts."""
        hits = self._lexical.search(term, count, None, counts)
        return hits, [paragraph.text for paragraph in self._snapshot.text.paragraphs(hits.rows)]

    def search_articles(self, text: str, count: int, counts: WholeCounts) -> tuple[Hits, list[str]]:
        """Return the ``count`` articles that share the most words with the text, and their ids."""
        hits = self._articles_lexical.search(text, count, None, counts)
        articles = self._snapshot.text.articles()
        return hits, [articles[number].id for number in hits.rows.tolist()]

    def paragraphs_of(self, article_id: str) -> list[StoredParagraph]:
        """Return the rows of an article; raises ArticleNotFound."""
        return self._snapshot.paragraphs_of(article_id)

    def article(self, article_id: str) -> Article:
        """Return an article; raises ArticleNotFound."""
        return self._snapshot.text.article(article_id)

    def articles(self) -> Sequence[Article]:
        """Return all articles by id, without their texts."""
        return self._snapshot.text.articles()

    def close(self) -> None:
        """Close the shard's files."""
        self._snapshot.close()
