"""The seams inside a generation: what the snapshot expects of each structure, whoever implements it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.protocols import Matrix, Rows, StoredParagraph, StoredTokens, TextStore, Vector, WordIndex
from qa.records import Article, ParagraphKind

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Hits:
    """The result of a search: rows (k,) and scores (k,), best first, ties by row, never padded."""

    rows: Rows
    scores: Vector


def best_of(rows: Rows, scores: Vector, count: int) -> Hits:
    """Return the ``count`` best of these rows, in the order of Hits."""
    order = np.lexsort((rows, -scores))[:count]
    return Hits(rows[order], scores[order])


class VectorIndex(Protocol):
    """Rows by inner product with a sentence vector."""

    def __len__(self) -> int: ...

    def search(self, vector: Vector, count: int, among: Mask | None = None) -> Hits:
        """Return the best rows; among (rows,) is true for those that may be found, None for all."""
        ...

    def vectors(self, rows: Rows) -> Matrix:
        """Return the stored vectors (len(rows), d), as exact as the index keeps them."""
        ...


class LexicalIndex(WordIndex, Protocol):
    """Rows by the words that they share with a question: BM25 over the words' summed inverse document frequency.

    So a score tells what share of the question's rare words is met, also across questions. A word that no row holds
    counts as the rarest.
    """

    def __len__(self) -> int: ...

    def search(self, question: str, count: int, among: Mask | None = None) -> Hits:
        """Return the best rows; among (rows,) is true for those that may be found, None for all."""
        ...


class TokenStore(Protocol):
    """Token vectors by row, and how rare each token is in this generation."""

    def best_matches(self, questions: Sequence[Matrix], rows: Rows) -> list[Matrix]:
        """Return for each question the best cosine of each of its m tokens in each row, (m, rows).

        Questions are unit rows (m, t). A row without tokens gets -1.
        """
        ...

    def read(self, rows: Rows) -> Sequence[StoredTokens]:
        """Return the tokens of each of these rows."""
        ...

    def weights(self, token_ids: NDArray[np.int32]) -> Vector:
        """Return the inverse document frequency of each token, unnormalised and positive, shape (n,)."""
        ...


class ParagraphStore(TextStore, Protocol):
    """Articles by id, and paragraphs by row."""

    def paragraphs(self, rows: Rows, within: Container[str] | None = None) -> list[StoredParagraph]:
        """Return the paragraphs of these rows, in the order of rows.

        within holds ids of articles: a row whose paragraph stands elsewhere is given as its first copy in one of them.
        """
        ...

    def places(self) -> Sequence[Article]:
        """Return the articles in which a row or a copy of one stands, in the order of their numbers."""
        ...

    def copies(self) -> tuple[Rows, NDArray[np.int32]]:
        """Return for every copy the row that it is found in, (copies,), and its article's number, (copies,)."""
        ...

    def kinds(self, rows: Rows) -> list[ParagraphKind]:
        """Return which kind of paragraph each of these rows is."""
        ...
