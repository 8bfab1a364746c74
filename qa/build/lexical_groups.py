"""The lexical indexes and the article vectors of a new generation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.build.row_plan import RowPlan
from qa.build.structures import LexicalWriter
from qa.digests import FileDigest
from qa.progress import Progress
from qa.protocols import Matrix, Rows
from qa.store.lexical.searchable import searchable
from qa.store.texts.fingerprints import ArticleHead, ParagraphFingerprints, article_heads, paragraph_texts

# Articles per group, on average and at most. One changed article has its whole group indexed again.
GROUP_ARTICLES, MAX_GROUP_ARTICLES = 256, 1024
MAX_GROUP_CHARACTERS = 64_000_000
ARTICLES_AT_ONCE = 64


def write_lexical(
    text_path: Path,
    plan: RowPlan,
    fingerprints: ParagraphFingerprints,
    writers: tuple[LexicalWriter, LexicalWriter],
    rules: str,
    progress: Progress,
) -> tuple[dict[str, FileDigest], dict[str, FileDigest]]:
    """Index the words of every row and of every whole article; return the files of both indexes."""
    rows, articles = writers
    heads = article_heads(text_path)
    is_row = np.zeros(len(plan.row_of), np.bool_)
    is_row[plan.paragraph_of] = True
    for group in group_articles(heads):
        first, end = group[0].first, group[-1].first + group[-1].paragraphs
        key = _group_key(group, fingerprints.digests[first:end], is_row[first:end], rules)
        chosen = is_row[first:end]
        rows.add_group(key, partial(_row_texts, text_path, first, end, chosen))
        articles.add_group(key, partial(_article_texts, text_path, group))
        progress("index", group[-1].number + 1, len(heads))
    return rows.finish(), articles.finish()


def group_articles(heads: Sequence[ArticleHead]) -> Iterator[Sequence[ArticleHead]]:
    """Yield groups of articles, in order; where a group ends depends on the articles next to it alone.

    So one more article changes one group and not all that follow, and a fresh build makes the same groups as an update.
    """
    group: list[ArticleHead] = []
    characters = 0
    for head in heads:
        group.append(head)
        characters += head.characters
        full = len(group) == MAX_GROUP_ARTICLES or characters > MAX_GROUP_CHARACTERS
        if full or int(head.sha256[:8], 16) % GROUP_ARTICLES == 0:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _group_key(group: Sequence[ArticleHead], digests: NDArray[np.void], is_row: NDArray[np.bool_], rules: str) -> str:
    digest = hashlib.sha256(rules.encode())
    for head in group:
        digest.update(f"{head.paragraphs} {len(head.title.encode())} {head.title}".encode())
    digest.update(digests.tobytes())
    digest.update(is_row.tobytes())
    return digest.hexdigest()


def _row_texts(text_path: Path, first: int, end: int, chosen: NDArray[np.bool_]) -> Iterator[str]:
    for text, is_row in zip(paragraph_texts(text_path, first, end), chosen, strict=True):
        if is_row:
            yield searchable(text)


def _article_texts(text_path: Path, group: Sequence[ArticleHead]) -> Iterator[str]:
    for head in group:
        texts = paragraph_texts(text_path, head.first, head.first + head.paragraphs)
        yield searchable("\n".join([head.title, *texts]))


def mean_vectors(
    vectors_of: Callable[[Rows], Matrix], row_of: NDArray[np.int64], counts: NDArray[np.int64], dimension: int
) -> Matrix:
    """Return the unit mean of the vectors of each article's paragraphs, (articles, d); zero where it has none."""
    means: Matrix = np.zeros((len(counts), dimension), np.float32)
    ends = np.cumsum(counts)
    filled = np.flatnonzero(counts)
    for start in range(0, len(filled), ARTICLES_AT_ONCE):
        some = filled[start : start + ARTICLES_AT_ONCE]
        starts = ends[some] - counts[some]
        vectors = vectors_of(row_of[starts[0] : ends[some[-1]]])
        totals = np.add.reduceat(vectors, starts - starts[0], axis=0)
        lengths = np.linalg.norm(totals, axis=1, keepdims=True)
        means[some] = np.divide(totals, lengths, out=totals, where=lengths > 0)
    return means
