"""From what each shard found to what one machine would have found, by pure functions.

first_rows and first_articles (shards,) number the rows and articles of all shards; every part is listed by shard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from qa.cluster.shard import SCAN_DEPTH, ShardCandidates, ShardHits
from qa.protocols import CHEAP_SCORES, Candidates, Matrix, Rows, Vector
from qa.store.candidates import ARTICLE_DEPTH, ROW_DEPTH, Found, found_rows, scores_of
from qa.store.protocols import Hits, best_of


def best_hits(parts: Sequence[Hits], firsts: Sequence[int], count: int) -> Hits:
    """Return the best hits of all shards, numbered as those of all shards."""
    rows = np.concatenate([part.rows + first for part, first in zip(parts, firsts, strict=True)])
    return best_of(rows, np.concatenate([part.scores for part in parts]), count)


def merge_candidates(
    parts: Sequence[ShardCandidates], first_rows: Sequence[int], first_articles: Sequence[int]
) -> Candidates:
    """Return the candidates of all shards, scored as one index over all of them would."""
    known = np.concatenate([part.rows + first for part, first in zip(parts, first_rows, strict=True)])
    dense = np.concatenate([part.dense for part in parts], axis=1)
    found = [
        _merge_hits([part.hits[number] for part in parts], first_rows, first_articles, known, dense[number])
        for number in range(len(dense))
    ]
    rows = found_rows(found)
    at = np.searchsorted(known, rows)
    articles = np.concatenate([part.article_of + first for part, first in zip(parts, first_articles, strict=True)])[at]
    early, close = np.concatenate([part.early for part in parts]), [part.article_dense for part in parts]
    columns = zip(found, dense[:, at], np.concatenate(close, axis=1)[:, at], strict=True)
    scores = [_table(one, rows, articles, early[at], *cosines) for one, *cosines in columns]
    kinds = list(chain.from_iterable(part.kinds for part in parts))
    return Candidates(rows, [kinds[place] for place in at.tolist()], scores)


def _merge_hits(
    hits: Sequence[ShardHits],
    first_rows: Sequence[int],
    first_articles: Sequence[int],
    known: Rows,
    dense: Vector,
) -> Found:
    """Return what one index would have found for a query; dense (n,) are the cosines of the known rows (n,)."""
    scanned = best_hits([one.scanned for one in hits], first_rows, SCAN_DEPTH).rows
    return Found(
        best_of(scanned, dense[np.searchsorted(known, scanned)], ROW_DEPTH),
        best_hits([one.lexical for one in hits], first_rows, ROW_DEPTH),
        best_hits([one.articles for one in hits], first_articles, ARTICLE_DEPTH),
    )


def _table(
    found: Found, rows: Rows, articles: NDArray[np.int64], early: Vector, dense: Vector, article_dense: Vector
) -> Matrix:
    table: Matrix = np.empty((len(rows), len(CHEAP_SCORES)), np.float32, order="F")
    table[:, 0], table[:, 1] = dense, scores_of(found.lexical, rows)
    table[:, 2], table[:, 3] = article_dense, scores_of(found.articles, articles)
    table[:, 4] = early
    return table


def split_rows(rows: Rows, first_rows: Sequence[int]) -> Iterator[tuple[int, NDArray[np.int64], Rows]]:
    """Yield for each shard that holds any of the rows: its number, their places among the rows, and its own rows."""
    holder = np.searchsorted(first_rows, rows, side="right") - 1
    for shard in np.unique(holder).tolist():
        places = np.flatnonzero(holder == shard)
        yield shard, places, rows[places] - first_rows[shard]
