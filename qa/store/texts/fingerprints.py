"""The fingerprints of a finished text store, by which the next build recognises articles and paragraphs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.store.texts.reader import connect, reading, unpack_boilerplate
from qa.store.texts.writer import DIGEST_SIZE, KeptArticle


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article of a finished text store: its file, the reader that decoded it, and its sorted line keys."""

    id: str
    source: str
    file_sha256: str
    reader: str
    sha256: str
    note: str | None
    kept: KeptArticle
    lines: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ParagraphFingerprints:
    """All paragraphs in order of article id and start.

    keys (n,), signatures (n, s), digests (n,) of DIGEST_SIZE bytes; article (n,) numbers the articles.
    """

    keys: NDArray[np.int64]
    signatures: NDArray[np.uint32]
    digests: NDArray[np.void]
    article: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """An article without its text; ``characters`` is the text's length, ``first`` the number of its first paragraph."""

    number: int
    title: str
    sha256: str
    characters: int
    first: int
    paragraphs: int


def known_articles(path: Path) -> dict[str, KnownArticle]:
    """Return the articles of a finished text store by id."""
    query = (
        "SELECT id, source, file_sha256, reader, sha256, note, number, first, paragraphs, lines"
        " FROM articles JOIN fingerprints USING (number)"
    )
    with reading(path), closing(connect(path)) as connection:
        return {
            name: KnownArticle(
                name, source, file, reader, sha, note, KeptArticle(*kept), np.frombuffer(lines, np.int64)
            )
            for name, source, file, reader, sha, note, *kept, lines in connection.execute(query)
        }


def article_digests(path: Path) -> dict[str, str]:
    """Return the digest of each article of a finished text store by its id, without those of other shards."""
    with reading(path), closing(connect(path)) as connection:
        return dict(connection.execute("SELECT id, sha256 FROM articles JOIN fingerprints USING (number)").fetchall())


def paragraph_fingerprints(path: Path) -> ParagraphFingerprints:
    """Return the fingerprints of all paragraphs of a finished text store."""
    with reading(path), closing(connect(path)) as connection:
        keys = np.frombuffer(_joined(connection, "SELECT keys FROM fingerprints ORDER BY number"), np.int64)
        packed = _joined(connection, "SELECT signatures FROM fingerprints ORDER BY number")
        counts = [count for (count,) in connection.execute("SELECT paragraphs FROM articles ORDER BY number")]
    digests = paragraph_digests(path)
    article = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    signatures = np.frombuffer(packed, np.uint32).reshape(len(keys), -1 if len(keys) else 0)
    return ParagraphFingerprints(keys, signatures, digests, article)


def paragraph_digests(path: Path) -> NDArray[np.void]:
    """Return the digests of the texts of all paragraphs in order, (n,) of DIGEST_SIZE bytes."""
    with reading(path), closing(connect(path)) as connection:
        packed = _joined(connection, "SELECT digests FROM fingerprints ORDER BY number")
    return np.frombuffer(packed, f"V{DIGEST_SIZE}")


def paragraph_texts(path: Path, first: int, end: int) -> Iterator[str]:
    """Yield the texts of the paragraphs with these numbers, in order."""
    query = "SELECT text FROM paragraphs WHERE number >= ? AND number < ? ORDER BY number"
    with reading(path), closing(connect(path)) as connection:
        for (text,) in connection.execute(query, (first, end)):
            yield text


def texts_of(path: Path, numbers: NDArray[np.int64]) -> Iterator[str]:
    """Yield the texts of the paragraphs with these numbers, in their order."""
    with reading(path), closing(connect(path)) as connection:
        for number in numbers:
            [(text,)] = connection.execute("SELECT text FROM paragraphs WHERE number = ?", (int(number),))
            yield text


def article_heads(path: Path) -> list[ArticleHead]:
    """Return all articles of a finished text store in order."""
    query = "SELECT number, title, sha256, length(text), first, paragraphs FROM articles JOIN texts USING (number)"
    with reading(path), closing(connect(path)) as connection:
        return [ArticleHead(*fields) for fields in connection.execute(f"{query} ORDER BY number")]


def excluded_totals(path: Path) -> dict[str, tuple[int, int]]:
    """Return for each reason the number of spans of boilerplate and of code points in them."""
    totals: dict[str, tuple[int, int]] = {}
    with reading(path), closing(connect(path)) as connection:
        for (packed,) in connection.execute("SELECT boilerplate FROM articles"):
            for piece in unpack_boilerplate(packed):
                spans, characters = totals.get(piece.reason, (0, 0))
                totals[piece.reason] = spans + 1, characters + piece.end - piece.start
    return dict(sorted(totals.items()))


def all_copies(path: Path) -> list[tuple[int, int, int]]:
    """Return for every copy its original, itself and its article, by their numbers, in order of original and copy."""
    query = (
        "SELECT c.number, c.copy, p.article FROM copies AS c JOIN paragraphs AS p ON p.number = c.copy"
        " ORDER BY c.number, c.copy"
    )
    with reading(path), closing(connect(path)) as connection:
        return connection.execute(query).fetchall()


def _joined(connection: sqlite3.Connection, query: str) -> bytes:
    return b"".join(part for (part,) in connection.execute(query))
