"""The seams: what the answering side expects of an encoder and of an index, whoever implements them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.records import Answer, Article, IndexInfo, ParagraphKind, Place, Span
from qa.requests import AskRequest

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


# What the letters of a word piece tell besides its vector: its mark is the sum of those that hold.
CAPITAL, DIGIT, CONTINUES_WORD = 1, 2, 8
# What stands for 0 in token vectors of eight bits.
CENTRE = 128


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
    """One text as vectors.

    sentence (d,) is of unit length. tokens (n, t) hold unit rows, one for each of the n word pieces in order, without
    the special tokens at both ends.
    """

    sentence: Vector
    tokens: Matrix
    pieces: WordPieces


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found: rows (k,) and scores (k,), best first, ties by row, never padded."""

    rows: Rows
    scores: Vector


@dataclass(frozen=True, slots=True)
class TokenRows:
    """The token vectors of several rows end to end, with eight bits a number.

    vectors (n, t) less 128 and times scales (n,) are unit rows. Row i of the request owns those from starts[i] to
    starts[i + 1]; starts (rows + 1,).
    """

    vectors: NDArray[np.uint8]
    scales: Vector
    starts: NDArray[np.int64]

    def row(self, number: int) -> TokenRows:
        """Return the tokens of one row of the request alone."""
        part = slice(int(self.starts[number]), int(self.starts[number + 1]))
        return TokenRows(self.vectors[part], self.scales[part], np.array([0, part.stop - part.start], np.int64))

    def unit(self) -> Matrix:
        """Return the vectors as unit rows, (n, t)."""
        vectors = self.vectors.astype(np.float32)
        vectors -= CENTRE
        vectors *= self.scales[:, None]
        return vectors


@dataclass(frozen=True, slots=True)
class StoredParagraph:
    """A paragraph as the index keeps it; ``row`` is its number in this generation."""

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


class VectorIndex(Protocol):
    """Rows by inner product with a sentence vector."""

    def __len__(self) -> int: ...

    def search(self, vector: Vector, count: int, among: Mask | None = None) -> Hits:
        """Return the best rows; among (rows,) is true for those that may be found, None for all."""
        ...

    def vectors(self, rows: Rows) -> Matrix:
        """Return the stored vectors (len(rows), d), as exact as the index keeps them."""
        ...


class LexicalIndex(Protocol):
    """Rows by the words that they share with a question: BM25 over the words' summed inverse document frequency.

    So a score tells what share of the question's rare words is met, also across questions. A word that is nowhere
    counts as the rarest.
    """

    def search(self, question: str, count: int, among: Mask | None = None) -> Hits:
        """Return the best rows; among (rows,) is true for those that may be found, None for all."""
        ...


class WordIndex(LexicalIndex, Protocol):
    """A lexical index that also tells which words it holds, as terms: folded and without their endings."""

    def terms(self, text: str) -> list[str]:
        """Return the different terms of a text, in the order of its words."""
        ...

    def frequency(self, term: str) -> int:
        """Return how many rows hold the term."""
        ...

    def terms_from(self, letter: str) -> Mapping[str, int]:
        """Return all terms that begin with this letter, in order, each with its frequency; quick when asked again."""
        ...


class TokenStore(Protocol):
    """Token vectors by row, and how rare each token is in this generation."""

    def prefetch(self, rows: Rows) -> None:
        """Have the vectors of these rows fetched from the disk together, because they are read next."""
        ...

    def rows(self, rows: Rows) -> TokenRows: ...

    def pieces(self, row: int) -> WordPieces:
        """Return the word pieces that the vectors of a row belong to."""
        ...

    def weights(self, token_ids: NDArray[np.int32]) -> Vector:
        """Return the inverse document frequency of each token, unnormalised and positive, shape (n,)."""
        ...


class TextStore(Protocol):
    """Articles and paragraphs of one generation."""

    def article(self, article_id: str) -> Article:
        """Return the article; raises ArticleNotFound."""
        ...

    def articles(self) -> Sequence[Article]:
        """Return all articles by id, with empty ``text``, ``paragraphs`` and ``boilerplate``."""
        ...

    def paragraphs(self, rows: Rows, within: Container[str] | None = None) -> list[StoredParagraph]:
        """Return the paragraphs of these rows, in the order of rows.

        within holds ids of articles: a row whose paragraph stands elsewhere is given as its first copy in one of them.
        """
        ...

    def copies(self) -> tuple[Rows, NDArray[np.int32]]:
        """Return for every copy the row that it is found in, (copies,), and its article's number, (copies,)."""
        ...

    def kinds(self, rows: Rows) -> list[ParagraphKind]:
        """Return what kind of paragraph each of these rows is."""
        ...

    def context(self, article_id: str, start: int, end: int, length: int) -> tuple[str, str]:
        """Return up to length code points before start and after end."""
        ...


class Snapshot(Protocol):
    """One immutable build of the index, open for reading; ``article_of[row]`` numbers articles in order of id.

    ``articles_lexical`` ranks whole articles (title and content) by that number; ``article_vectors`` (articles, d)
    are unit means of their paragraphs' vectors.
    """

    @property
    def info(self) -> IndexInfo: ...

    @property
    def text(self) -> TextStore: ...

    @property
    def dense(self) -> VectorIndex: ...

    @property
    def lexical(self) -> WordIndex: ...

    @property
    def articles_lexical(self) -> LexicalIndex: ...

    @property
    def tokens(self) -> TokenStore: ...

    @property
    def article_of(self) -> NDArray[np.int32]: ...

    @property
    def article_vectors(self) -> Matrix: ...


class SnapshotSource(Protocol):
    """The generation that answers now; whoever holds one keeps it whole while a newer one is switched in."""

    def current(self) -> Snapshot: ...

    def close(self) -> None:
        """Close the generation that answers now; nothing may be asked afterwards."""
        ...


class AnswerEngine(Protocol):
    """Answers questions, as the interfaces see it; `qa.answer.engine.Engine` is the one over a local index."""

    @property
    def snapshot(self) -> Snapshot: ...

    @property
    def encoder(self) -> Encoder: ...

    def ask(self, request: AskRequest) -> Answer: ...
