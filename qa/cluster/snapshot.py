"""An index that is spread over shards, as one snapshot: every answer is the one that a single index would give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from qa.cluster.layout import ARTICLE_TERMS, FREQUENCY, ROW_TERMS, SKIPPED, cluster_folder
from qa.cluster.manifest import ClusterManifest
from qa.cluster.merge import best_hits, merge_candidates, split_rows
from qa.cluster.shard import AllCounts, Shard
from qa.cluster.terms import ClusterWords, TermTable, count_words
from qa.protocols import Candidates, Matches, Matrix, Query, Rows, StoredParagraph, StoredTokens, Vector
from qa.records import Article, IndexInfo, SkippedFile
from qa.scope import Scope
from qa.store.protocols import Hits
from qa.store.tokens.reader import token_rarity

# Articles that are kept in memory with their texts.
CACHED_ARTICLES = 64

Result = TypeVar("Result")


class Shards(Protocol):
    """The shards of a cluster generation, wherever they are."""

    def ask(self, calls: Mapping[int, Callable[[Shard], Result]]) -> Mapping[int, Result]:
        """Return what each of these shards, by its number, answers to its call; all are asked at the same time."""
        ...

    def close(self) -> None:
        """Tell that nothing more is asked."""
        ...


class ShardedTexts:
    """The articles of all shards; implements TextStore."""

    def __init__(self, manifest: ClusterManifest, shards: Shards) -> None:
        self._manifest = manifest
        self._shards = shards
        self._kept: dict[str, Article] = {}
        self._keeping = Lock()

    def article(self, article_id: str) -> Article:
        kept = self._kept.get(article_id)
        if kept is None:
            shard = self._manifest.shard_of(article_id)
            kept = self._shards.ask({shard: partial(Shard.article, article_id=article_id)})[shard]
            self.keep([kept])
        return kept

    def articles(self) -> Sequence[Article]:
        return self._articles

    @cached_property
    def _articles(self) -> tuple[Article, ...]:
        parts = self._shards.ask(dict.fromkeys(range(len(self._manifest.shards)), Shard.articles))
        return tuple(article for number in sorted(parts) for article in parts[number])

    def keep(self, articles: Sequence[Article]) -> None:
        """Keep articles that came with what else was asked, so that they need not be asked for."""
        with self._keeping:
            self._kept |= {article.id: article for article in articles}
            for name in list(self._kept)[: max(0, len(self._kept) - CACHED_ARTICLES)]:
                del self._kept[name]


class ShardedSnapshot:
    """A cluster generation; implements Snapshot.

    Each of the three rounds asks every shard that it concerns once, all at the same time.
    """

    def __init__(self, index_folder: Path, manifest: ClusterManifest, shards: Shards) -> None:
        folder = cluster_folder(index_folder, manifest.name)
        self.manifest = manifest
        self._shards = shards
        self._frequency = np.fromfile(folder / FREQUENCY, np.int32)
        self._row_terms, self._article_terms = TermTable(folder, ROW_TERMS), TermTable(folder, ARTICLE_TERMS)
        self.words = ClusterWords(self._row_terms)
        self.text = ShardedTexts(manifest, shards)
        self.skipped: Sequence[SkippedFile] = msgspec.json.decode(
            (folder / SKIPPED).read_bytes(), type=tuple[SkippedFile, ...]
        )

    @property
    def info(self) -> IndexInfo:
        manifest = self.manifest
        return IndexInfo(manifest.name, manifest.model, manifest.articles, manifest.paragraphs)

    def token_weights(self, token_ids: NDArray[np.int32]) -> Vector:
        return token_rarity(token_ids, self._frequency, self.manifest.texts)

    def search(self, queries: Sequence[Query], scope: Scope | None) -> Candidates:
        counts = [self._counts(query.text) for query in queries]
        parts = self._ask_all(partial(Shard.search, queries=queries, counts=counts, scope=scope))
        return merge_candidates(parts, self.manifest.first_rows[:-1], self.manifest.first_articles[:-1])

    def best_matches(self, questions: Sequence[Matrix], rows: Rows) -> list[Matches]:
        places: dict[int, NDArray[np.int64]] = {}
        calls: dict[int, Callable[[Shard], list[Matches]]] = {}
        for shard, places[shard], its_rows in split_rows(rows, self.manifest.first_rows[:-1]):
            calls[shard] = partial(Shard.best_matches, questions=questions, rows=its_rows)
        shapes = [(len(question), len(rows)) for question in questions]
        merged = [Matches(np.empty(shape, np.float32), np.empty(shape, np.float32)) for shape in shapes]
        for shard, found in self._shards.ask(calls).items():
            for whole, part in zip(merged, found, strict=True):
                whole.own[:, places[shard]], whole.around[:, places[shard]] = part.own, part.around
        return merged

    def read(
        self, rows: Rows, scope: Scope | None, depth: int
    ) -> tuple[Sequence[StoredParagraph], Sequence[StoredTokens]]:
        places: dict[int, list[int]] = {}
        calls = {}
        for shard, found, its_rows in split_rows(rows, self.manifest.first_rows[:-1]):
            places[shard] = found.tolist()
            first = int((found < depth).sum())
            calls[shard] = partial(Shard.read, rows=its_rows, scope=scope, depth=first)
        paragraphs: dict[int, StoredParagraph] = {}
        tokens: dict[int, StoredTokens] = {}
        for shard, texts in self._shards.ask(calls).items():
            self.text.keep(texts.articles)
            paragraphs |= zip(places[shard], self._numbered(texts.paragraphs, shard), strict=True)
            tokens |= zip(places[shard], texts.tokens, strict=False)
        return [paragraphs[place] for place in sorted(paragraphs)], [tokens[place] for place in sorted(tokens)]

    def examples(self, term: str, count: int) -> list[str]:
        counts = self._counts(term).rows
        parts = self._ask_all(partial(Shard.examples, term=term, count=count, counts=counts))
        return _best_named(parts, self.manifest.first_rows[:-1], count)

    def search_articles(self, text: str, count: int) -> list[str]:
        counts = self._counts(text).articles
        parts = self._ask_all(partial(Shard.search_articles, text=text, count=count, counts=counts))
        return _best_named(parts, self.manifest.first_articles[:-1], count)

    def paragraphs_of(self, article_id: str) -> list[StoredParagraph]:
        shard = self.manifest.shard_of(article_id)
        found = self._shards.ask({shard: partial(Shard.paragraphs_of, article_id=article_id)})
        return self._numbered(found[shard], shard)

    def close(self) -> None:
        """Tell the shards that nothing more is asked."""
        self._shards.close()

    def _counts(self, text: str) -> AllCounts:
        terms = self.words.terms(text)
        rows = count_words(terms, self._row_terms, self.manifest.row_lengths)
        return AllCounts(rows, count_words(terms, self._article_terms, self.manifest.article_lengths))

    def _ask_all(self, call: Callable[[Shard], Result]) -> list[Result]:
        found = self._shards.ask(dict.fromkeys(range(len(self.manifest.shards)), call))
        return [found[number] for number in sorted(found)]

    def _numbered(self, paragraphs: Sequence[StoredParagraph], shard: int) -> list[StoredParagraph]:
        """Return paragraphs of a shard numbered as those of all shards."""
        first = self.manifest.first_rows[shard]
        return [replace(one, row=one.row + first) for one in paragraphs]


def _best_named(parts: Sequence[tuple[Hits, list[str]]], firsts: Sequence[int], count: int) -> list[str]:
    """Return the names, such as texts, of the best hits of all shards."""
    names = {
        number + first: name
        for (hits, its_names), first in zip(parts, firsts, strict=True)
        for number, name in zip(hits.rows.tolist(), its_names, strict=True)
    }
    best = best_hits([hits for hits, _ in parts], firsts, count)
    return [names[number] for number in best.rows.tolist()]
