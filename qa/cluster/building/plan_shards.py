"""Which articles, rows, originals and copies each shard holds, as its worker is told."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from qa.build.row_plan import RowPlan
from qa.cluster.building.corpus import Corpus
from qa.cluster.building.stages.write_shard import PartOfShard, ShardToWrite
from qa.cluster.foreign import ForeignCopy
from qa.protocols import Rows
from qa.store.folder.manifest import Manifest

Range = tuple[int, int]


# A shard may have this many times the rows of an equal share before all are cut anew.
LEAST_SHARE, MOST_SHARE = 0.5, 1.5


def keep_cuts(first_ids: Sequence[str], ids: Sequence[str], article_of: NDArray[np.int32]) -> tuple[int, ...] | None:
    """Return the cuts before the articles with these ids, None where the shards would be of too different sizes.

    first_ids are those of the shards before, ids those of all articles in order, article_of (rows,) their numbers.
    """
    cuts = tuple(bisect_left(ids, one) for one in first_ids[1:])
    sizes = np.diff(np.searchsorted(article_of, [0, *cuts, len(ids)])) * len(first_ids)
    articles = np.diff([0, *cuts, len(ids)])
    near = (sizes >= LEAST_SHARE * len(article_of)) & (sizes <= MOST_SHARE * len(article_of))
    return cuts if near.all() and articles.all() else None


class ShardPlanner:
    """Describes the shards of a corpus; vectors are the keys of each part's vectors, ids those of all articles."""

    def __init__(
        self, corpus: Corpus, vectors: Sequence[str], ids: Sequence[str], peak: float, manifest: Manifest
    ) -> None:
        self._corpus = corpus
        self._vectors = vectors
        self._ids = ids
        self._peak = peak
        self._manifest = manifest
        self._first_paragraphs = np.concatenate([[0], np.cumsum(corpus.paragraph_counts)]).astype(np.int64)
        originals = corpus.plan.paragraph_of[corpus.plan.row_of]
        self._copies: NDArray[np.int64] = np.flatnonzero(originals != np.arange(len(originals)))
        self._originals: NDArray[np.int64] = originals[self._copies]

    def plan(self, cuts: Sequence[int]) -> Iterator[ShardToWrite]:
        """Yield the shards; ``cuts`` are the first articles of all but the first."""
        for start, end in zip([0, *cuts], [*cuts, len(self._ids)], strict=True):
            paragraphs = int(self._first_paragraphs[start]), int(self._first_paragraphs[end])
            first_row, end_row = np.searchsorted(self._corpus.plan.paragraph_of, paragraphs).tolist()
            plan, others = self._renumber(paragraphs, (first_row, end_row))
            yield ShardToWrite(
                parts=tuple(self._parts((start, end), (first_row, end_row))),
                plan=plan,
                paragraph_counts=self._corpus.paragraph_counts[start:end],
                originals=tuple(self._by_part(others)),
                foreign=tuple(self._foreign(paragraphs)),
                first_id=self._ids[start],
                last_id=self._ids[end - 1],
                peak=self._peak,
                manifest=self._manifest,
            )

    def _parts(self, articles: Range, rows: Range) -> Iterator[PartOfShard]:
        corpus = self._corpus
        for number, key in enumerate(corpus.parts):
            own = _overlap(corpus.first_articles, number, articles)
            if own[0] < own[1]:
                yield PartOfShard(key, self._vectors[number], own, _overlap(corpus.first_rows, number, rows))

    def _renumber(self, paragraphs: Range, rows: Range) -> tuple[RowPlan, Rows]:
        """Return the plan of a shard, and the rows of other shards that its paragraphs are copies of."""
        whole = self._corpus.plan
        row_of = whole.row_of[slice(*paragraphs)]
        own = (row_of >= rows[0]) & (row_of < rows[1])
        others, places = np.unique(row_of[~own], return_inverse=True)
        renumbered = row_of - rows[0]
        renumbered[~own] = rows[1] - rows[0] + places
        return RowPlan(whole.paragraph_of[slice(*rows)] - paragraphs[0], renumbered), others

    def _by_part(self, rows: Rows) -> Iterator[tuple[str, Rows]]:
        parts = np.searchsorted(self._corpus.first_rows, rows, side="right") - 1
        for number in np.unique(parts).tolist():
            yield self._vectors[number], rows[parts == number] - self._corpus.first_rows[number]

    def _foreign(self, paragraphs: Range) -> Iterator[tuple[str, tuple[ForeignCopy, ...]]]:
        """Yield the copies of a shard's paragraphs that stand in later shards, in order, by the key of their texts."""
        corpus, (first, end) = self._corpus, paragraphs
        ours = (self._originals >= first) & (self._originals < end) & (self._copies >= end)
        copies, originals = self._copies[ours], self._originals[ours] - first
        articles = np.searchsorted(self._first_paragraphs, copies, side="right") - 1
        parts = np.searchsorted(corpus.first_paragraphs, copies, side="right") - 1
        found = zip(parts.tolist(), originals.tolist(), articles.tolist(), copies.tolist(), strict=True)
        for number, group in groupby(found, key=lambda one: one[0]):
            first_article, first_copy = int(corpus.first_articles[number]), int(corpus.first_paragraphs[number])
            yield (
                corpus.parts[number],
                tuple(
                    ForeignCopy(original, article - first_article, copy - first_copy)
                    for _, original, article, copy in group
                ),
            )


def _overlap(starts: NDArray[np.int64], number: int, wanted: Range) -> Range:
    """Return the range of a part that is wanted, in its own numbers."""
    first, end = int(starts[number]), int(starts[number + 1])
    return min(max(wanted[0], first), end) - first, min(max(wanted[1], first), end) - first
