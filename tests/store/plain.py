"""The structures of a generation in memory, as plainly as their contracts can be met: loops over lists, in floats."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from qa.core_pool import CorePool
from qa.errors import ArticleNotFound
from qa.protocols import Encoded, Encoder, Matrix, Rows, StoredParagraph, Vector, WordPieces
from qa.records import Article, IndexInfo, Paragraph, ParagraphKind, Place, SkippedFile, Span
from qa.store.candidates import Indexes
from qa.store.lexical.reader import word_analyzer
from qa.store.lexical.searchable import searchable
from qa.store.protocols import Hits, Mask
from qa.store.rounds import QuestionRounds

K1, B = 1.2, 0.75


def best(scores: dict[int, float], count: int, among: Mask | None) -> Hits:
    """Return the hits in the order of the contract."""
    order = sorted((-score, row) for row, score in scores.items() if among is None or among[row])[: max(count, 0)]
    return Hits(np.array([row for _, row in order], np.int64), np.array([-score for score, _ in order], np.float32))


class PlainVectorIndex:
    """Implements VectorIndex by one inner product after the other."""

    def __init__(self, vectors: Matrix) -> None:
        self._vectors = np.asarray(vectors, np.float32)

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, vector: Vector, count: int, among: Mask | None = None) -> Hits:
        if vector.shape != self._vectors.shape[1:]:
            raise ValueError(
                f"The vector has shape {vector.shape}, the index holds vectors of {self._vectors.shape[1]}."
            )
        if not np.isfinite(vector).all():
            raise ValueError("The vector holds a number that is not finite.")
        return best({row: float(one @ vector) for row, one in enumerate(self._vectors)}, count, among)

    def vectors(self, rows: Rows) -> Matrix:
        for row in rows.tolist():
            if not 0 <= row < len(self):
                raise IndexError(f"Row {row} of {len(self)}.")
        return self._vectors[rows]


class PlainLexicalIndex:
    """Implements LexicalIndex with the formula of BM25 (Robertson and Zaragoza 2009, eq. 3.15) written out."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._analyzer = word_analyzer()
        self._rows = [Counter(self._analyzer.analyze(searchable(text))) for text in texts]
        self._frequency = Counter(term for row in self._rows for term in row)
        self._mean_length = sum(row.total() for row in self._rows) / max(len(self._rows), 1)

    def __len__(self) -> int:
        return len(self._rows)

    def terms(self, text: str) -> list[str]:
        return list(dict.fromkeys(self._analyzer.analyze(searchable(text))))

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        return [self._frequency[term] for term in terms]

    def near(self, term: str, distance: int) -> dict[str, int]:
        return {
            other: count
            for other, count in self._frequency.items()
            if other != term and other[0] == term[0] and OSA.distance(other, term) <= distance
        }

    def search(self, question: str, count: int, among: Mask | None = None) -> Hits:
        terms = self.terms(question)
        whole = sum(map(self._rarity, terms))
        scores = {
            row: sum(self._score(term, held) for term in terms) / whole
            for row, held in enumerate(self._rows)
            if any(term in held for term in terms)
        }
        return best(scores, count, among)

    def _score(self, term: str, row: Counter[str]) -> float:
        norm = K1 * (1 - B + B * row.total() / self._mean_length)
        return self._rarity(term) * row[term] * (K1 + 1) / (row[term] + norm)

    def _rarity(self, term: str) -> float:
        held = self._frequency[term]
        return math.log(1 + (len(self) - held + 0.5) / (held + 0.5))


@dataclass(frozen=True)
class PlainTokens:
    """Implements StoredTokens by the floats of the encoder."""

    encoded: Encoded

    @property
    def pieces(self) -> WordPieces:
        return self.encoded.pieces

    def unit(self) -> Matrix:
        return self.encoded.tokens

    def best_matches(self, question: Matrix, starts: NDArray[np.int64]) -> Matrix:
        parts = [self.encoded.tokens[start:end] for start, end in pairwise(starts.tolist())]
        columns = [(question @ part.T).max(axis=1, initial=-1) for part in parts]
        return np.array(columns, np.float32).reshape(len(parts), len(question)).T


class PlainTokenStore:
    """Implements TokenStore by the floats of the encoder."""

    def __init__(self, texts: Sequence[Encoded]) -> None:
        self._texts = texts
        self._frequency = Counter(one for text in texts for one in set(text.pieces.ids.tolist()))

    def best_matches(self, questions: Sequence[Matrix], rows: Rows) -> list[Matrix]:
        return [
            np.array(
                [(question @ self._texts[row].tokens.T).max(axis=1, initial=-1) for row in rows.tolist()], np.float32
            )
            .reshape(len(rows), len(question))
            .T
            for question in questions
        ]

    def read(self, rows: Rows) -> list[PlainTokens]:
        return [PlainTokens(self._texts[row]) for row in rows.tolist()]

    def weights(self, token_ids: NDArray[np.int32]) -> Vector:
        held = np.array([self._frequency[one] for one in token_ids.tolist()])
        return np.log(1 + (len(self._texts) - held + 0.5) / (held + 0.5)).astype(np.float32)


class PlainParagraphStore:
    """Implements ParagraphStore; copies are the places in ``also_in``."""

    def __init__(self, articles: Sequence[Article], paragraphs: Sequence[StoredParagraph]) -> None:
        self._articles = {article.id: article for article in articles}
        self._paragraphs = paragraphs

    def article(self, article_id: str) -> Article:
        if article_id not in self._articles:
            raise ArticleNotFound(f"No article {article_id!r} in the index.")
        return self._articles[article_id]

    def articles(self) -> list[Article]:
        return [self._articles[name] for name in sorted(self._articles)]

    def places(self) -> list[Article]:
        return self.articles()

    def paragraphs(self, rows: Rows, within: Container[str] | None = None) -> list[StoredParagraph]:
        return [self._shown(self._paragraphs[row], within) for row in rows.tolist()]

    def copies(self) -> tuple[Rows, NDArray[np.int32]]:
        numbers = {name: number for number, name in enumerate(sorted(self._articles))}
        found = [(one.row, numbers[place.article_id]) for one in self._paragraphs for place in one.also_in]
        return np.array([row for row, _ in found], np.int64), np.array([number for _, number in found], np.int32)

    def kinds(self, rows: Rows) -> list[ParagraphKind]:
        return [self._paragraphs[row].kind for row in rows.tolist()]

    def _shown(self, paragraph: StoredParagraph, within: Container[str] | None) -> StoredParagraph:
        places = [Place(paragraph.article_id, paragraph.start, paragraph.end), *paragraph.also_in]
        chosen = next((place for place in places if within is None or place.article_id in within), places[0])
        article = self._articles[chosen.article_id]
        return replace(
            paragraph,
            article_id=article.id,
            title=article.title,
            source=article.source,
            article_sha256=article.sha256,
            start=chosen.start,
            end=chosen.end,
            sentences=tuple(
                Span(span.start - paragraph.start + chosen.start, span.end - paragraph.start + chosen.start)
                for span in paragraph.sentences
            ),
            also_in=tuple(place for place in places if place != chosen),
        )


class PlainSnapshot(QuestionRounds):
    """Implements Snapshot over the structures above."""

    def __init__(self, articles: Sequence[Article], encoder: Encoder) -> None:
        listed = sorted(articles, key=lambda one: one.id)
        paragraphs = list(_paragraphs(listed))
        encoded = [encoder.encode(one.text) for one in paragraphs]
        row_of = {one.text: one.row for one in paragraphs}
        numbers = {one.id: number for number, one in enumerate(listed)}
        vectors = np.array([one.sentence for one in encoded])
        texts = [[_text(one, paragraph) for paragraph in one.paragraphs] for one in listed]
        self.text = PlainParagraphStore(listed, paragraphs)
        self.skipped = (SkippedFile("scan.pdf", "damaged"),)
        self.info = IndexInfo("plain", "fake", len(listed), len(paragraphs))
        indexes = Indexes(
            dense=PlainVectorIndex(vectors),
            lexical=PlainLexicalIndex([one.text for one in paragraphs]),
            articles_lexical=PlainLexicalIndex(
                " ".join([one.title, *its]) for one, its in zip(listed, texts, strict=True)
            ),
            article_of=np.array([numbers[one.article_id] for one in paragraphs], np.int32),
            article_vectors=np.array([_unit_mean(vectors[[row_of[text] for text in its]]) for its in texts]),
        )
        super().__init__(indexes, self.text, PlainTokenStore(encoded), CorePool(1))


def _unit_mean(vectors: Matrix) -> Vector:
    total: Vector = vectors.sum(axis=0)
    return total / np.linalg.norm(total)


def _paragraphs(articles: Sequence[Article]) -> Iterator[StoredParagraph]:
    """Yield the paragraphs in order, each text once, with its other places."""
    places: dict[str, list[tuple[Article, Paragraph]]] = {}
    for article in articles:
        for paragraph in article.paragraphs:
            places.setdefault(_text(article, paragraph), []).append((article, paragraph))
    for row, (text, found) in enumerate(places.items()):
        (article, first), *others = found
        also_in = tuple(Place(other.id, at.start, at.end) for other, at in others)
        span = first.start, first.end
        names = article.id, article.title, article.source, article.sha256
        yield StoredParagraph(row, *names, *span, first.kind, text, first.sentences, also_in)


def _text(article: Article, paragraph: Paragraph) -> str:
    return article.text[paragraph.start : paragraph.end]
