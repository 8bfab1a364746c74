"""The seams: what the answering side expects of an encoder and of an index, whoever implements them.

A row is the number of an indexed paragraph in one generation. Outside of the index it is opaque: it is passed back and
never computed with. A question asks an index in three rounds (``search``, ``best_matches``, ``read``), a call each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.records import Answer, Article, IndexInfo, ParagraphKind, Place, SearchResult, SkippedFile, Span
from qa.requests import AskRequest, SearchRequest
from qa.scope import Scope

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]
Rows = NDArray[np.int64]

# What the letters of a word piece tell besides its vector; its marks are the sum of those that hold.
CAPITAL, DIGIT, CONTINUES_WORD = 1, 2, 8


@dataclass(frozen=True, slots=True)
class WordPieces:
    """The tokens of a text: ids (n,) in the model's vocabulary, spans (n, 2) in code points of the text, marks (n,).

    CAPITAL marks a word that begins with a capital letter, DIGIT a piece with a digit, CONTINUES_WORD all pieces of a
    word but the first.
    """

    ids: NDArray[np.int32]
    spans: NDArray[np.int32]
    marks: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as unit vectors: sentence (d,), and tokens (n, t) for its n word pieces, without special tokens."""

    sentence: Vector
    tokens: Matrix
    pieces: WordPieces


@dataclass(frozen=True, slots=True)
class StoredParagraph:
    """A paragraph as the index keeps it; markup: ranges that are not shown, locator: its page or section."""

    row: int
    article_id: str
    title: str
    source: str
    article_sha256: str
    start: int
    end: int
    kind: ParagraphKind
    text: str
    sentences: tuple[Span, ...]
    also_in: tuple[Place, ...]
    markup: tuple[Span, ...] = ()
    locator: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A text as the indexes search for it: its words, and its sentence vector (d,)."""

    text: str
    vector: Vector


# The columns of a table of cheap scores, in order. Every score is a similarity. dense: cosine with the paragraph.
# lexical: that of the lexical index, 0 where it did not find the paragraph. article_dense, article_lexical: the same
# two for the whole article. early: 1 for an article's first paragraph, then 1/2, 1/3 and so on.
CHEAP_SCORES = ("dense", "lexical", "article_dense", "article_lexical", "early")


@dataclass(frozen=True, slots=True)
class Candidates:
    """The n paragraphs that any query found: rows ascend; scores are a table (n, len(CHEAP_SCORES)) for each query."""

    rows: Rows
    kinds: Sequence[ParagraphKind]
    scores: Sequence[Matrix]


@dataclass(frozen=True, slots=True)
class Matches:
    """The best cosine of each of m question tokens in n paragraphs, both (m, n); -1 where there are no tokens.

    own: in the paragraph itself. around: in the paragraph, the one before, the one after or the first of its article.
    """

    own: Matrix
    around: Matrix


class StoredTokens(Protocol):
    """The n tokens of a paragraph as the index keeps them."""

    @property
    def pieces(self) -> WordPieces: ...

    def unit(self) -> Matrix:
        """Return the token vectors as unit rows, (n, t)."""
        ...

    def best_matches(self, question: Matrix, starts: NDArray[np.int64]) -> Matrix:
        """Return the best cosine of each question token in each part, (m, parts); -1 in an empty part.

        question (m, t) holds unit rows; part i has the tokens from starts[i] to starts[i + 1], starts (parts + 1,).
        """
        ...


class Encoder(Protocol):
    """Text to one sentence vector and its token vectors; a text's vectors never depend on other texts."""

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def token_dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def count_tokens(self, text: str) -> int:
        """Return how many word pieces the text has, special tokens not counted and nothing cut off."""
        ...

    def encode(self, text: str) -> Encoded: ...

    def encode_all(self, texts: Iterable[str]) -> Iterator[Encoded]:
        """Encode many texts on all cores, in their order."""
        ...


class WordIndex(Protocol):
    """The words that an index holds, as terms: folded and without their endings."""

    def terms(self, text: str) -> list[str]:
        """Return the different terms of a text, in the order of its words."""
        ...

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Return how many rows hold each term."""
        ...

    def near(self, term: str, distance: int) -> Mapping[str, int]:
        """Return the other terms with the same first letter within this edit distance, each with its frequency."""
        ...


class TextStore(Protocol):
    """The articles of one generation."""

    def article(self, article_id: str) -> Article:
        """Return the article; raises ArticleNotFound."""
        ...

    def articles(self) -> Sequence[Article]:
        """Return all articles by id, with empty ``text``, ``paragraphs`` and ``boilerplate``."""
        ...


class Snapshot(Protocol):
    """One immutable generation of the index, open for reading."""

    @property
    def info(self) -> IndexInfo: ...

    @property
    def text(self) -> TextStore: ...

    @property
    def words(self) -> WordIndex: ...

    @property
    def skipped(self) -> Sequence[SkippedFile]:
        """The files of the folder that the newest scan did not read as articles, by path."""
        ...

    def token_weights(self, token_ids: NDArray[np.int32]) -> Vector:
        """Return the inverse document frequency of each token, unnormalised and positive, shape (n,)."""
        ...

    def search(self, queries: Sequence[Query], scope: Scope | None) -> Candidates:
        """Return what the indexes find in the scope for any of the queries; None is no restriction."""
        ...

    def best_matches(self, questions: Sequence[Matrix], rows: Rows) -> list[Matches]:
        """Return how well the tokens of each question, unit rows (m, t), are met in these rows and around them."""
        ...

    def read(
        self, rows: Rows, scope: Scope | None, depth: int
    ) -> tuple[Sequence[StoredParagraph], Sequence[StoredTokens]]:
        """Return the paragraphs of these rows in their order, and the tokens of the first ``depth`` of them.

        A row whose paragraph stands outside of the scope is given as its first copy inside.
        """
        ...

    def examples(self, term: str, count: int) -> list[str]:
        """Return the texts of the ``count`` best paragraphs that hold the term."""
        ...

    def search_articles(self, text: str, count: int) -> list[str]:
        """Return the ids of the ``count`` articles that share the most words with the text, best first."""
        ...

    def paragraphs_of(self, article_id: str) -> list[StoredParagraph]:
        """Return the rows of an article, in reading order; its copies of earlier paragraphs are not among them."""
        ...


class SnapshotSource(Protocol):
    """The newest snapshot; a caller that holds an older one keeps it whole. Nothing may be asked after ``close``."""

    def current(self) -> Snapshot: ...

    def close(self) -> None: ...


class AnswerEngine(Protocol):
    """Answers questions, as the interfaces see it; `qa.answer.engine.Engine` is the one over a local index."""

    @property
    def snapshot(self) -> Snapshot: ...

    @property
    def encoder(self) -> Encoder: ...

    def search(self, request: SearchRequest) -> SearchResult: ...

    def ask(self, request: AskRequest) -> Answer: ...
