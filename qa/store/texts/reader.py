"""Articles and paragraphs of one generation, read from SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from qa.errors import ArticleNotFound, IndexCorrupt
from qa.protocols import Rows, StoredParagraph
from qa.records import Article, Boilerplate, Paragraph, ParagraphKind, Place, Span
from qa.store.folder.storage import unreadable

ROWS_PER_QUERY = 500
MAPPED_BYTES = 1 << 40

# Kinds of paragraphs that are kept in memory, because every question asks for those of all candidates.
CACHED_KINDS = 50_000

_ARTICLE = "SELECT number, id, source, title, date, sha256, boilerplate, details FROM articles"
_PARAGRAPHS = (
    "SELECT p.number, a.id, a.title, a.source, a.sha256, p.start, p.end, p.kind, p.text, p.sentences, p.markup,"
    " p.locator"
    " FROM paragraphs AS p JOIN articles AS a ON a.number = p.article WHERE p.number IN "
)
_KINDS = "SELECT number, kind FROM paragraphs WHERE number IN "
_COPIES = (
    "SELECT c.number, c.copy, a.id, p.start, p.end FROM copies AS c JOIN paragraphs AS p ON p.number = c.copy"
    " JOIN articles AS a ON a.number = p.article WHERE c.number IN "
)
_ALL_COPIES = "SELECT c.number, p.article FROM copies AS c JOIN paragraphs AS p ON p.number = c.copy"


def connect(path: Path) -> sqlite3.Connection:
    """Open a finished text store: never written, never locked, memory-mapped."""
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with reading(path):
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
    return connection


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn errors of SQLite in this block into StorageFailed for I/O errors, and into IndexCorrupt for damage."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise unreadable(path, error) from error
    except sqlite3.DatabaseError as error:
        raise IndexCorrupt(f"{path} is damaged: {error}. Build it again with: qa index --rebuild") from error


def pack_spans(spans: Sequence[Span]) -> bytes:
    """Return spans as stored: starts and ends in turn, 32 bits each, little-endian."""
    return np.fromiter(chain.from_iterable((span.start, span.end) for span in spans), "<i4").tobytes()


def unpack_spans(packed: bytes) -> tuple[Span, ...]:
    """Return the spans that pack_spans packed."""
    ends = np.frombuffer(packed, "<i4").tolist()
    return tuple(map(Span, ends[::2], ends[1::2]))


def pack_boilerplate(boilerplate: Sequence[Boilerplate]) -> bytes:
    """Return boilerplate as stored: a JSON array of [start, end, reason]."""
    return msgspec.json.encode([(piece.start, piece.end, piece.reason) for piece in boilerplate])


def unpack_boilerplate(packed: bytes) -> tuple[Boilerplate, ...]:
    """Return the boilerplate that pack_boilerplate packed."""
    pieces = msgspec.json.decode(packed, type=list[tuple[int, int, str]])
    return tuple(Boilerplate(*piece) for piece in pieces)


class Details(msgspec.Struct, array_like=True):
    """What is known of an article besides its text; markup holds starts and ends in turn."""

    authors: tuple[str, ...]
    language: str
    note: str | None
    markup: list[int]


def pack_details(article: Article) -> bytes:
    """Return authors, language, note and markup as stored: a JSON array."""
    markup = list(chain.from_iterable((span.start, span.end) for span in article.markup))
    return msgspec.json.encode(Details(article.authors, article.language, article.note, markup))


def unpack_details(packed: bytes) -> Details:
    """Return the details that pack_details packed."""
    return msgspec.json.decode(packed, type=Details)


def _with_details(article: Article, details: Details) -> Article:
    markup = tuple(map(Span, details.markup[::2], details.markup[1::2]))
    return replace(article, authors=details.authors, language=details.language, note=details.note, markup=markup)


class SqliteTextStore:
    """Articles by id and paragraphs by row, from a finished file; every thread has its own connection.

    paragraph_of (rows,) gives the number of each row's paragraph among all paragraphs, copies included. Of a part of
    an index, the articles from number ``count`` on belong to other parts; only copies of rows of this one are known.
    """

    def __init__(self, path: Path, paragraph_of: NDArray[np.int64], count: int | None = None) -> None:
        self._path = path
        self._count = count
        self._paragraph_of = paragraph_of
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._kinds: dict[int, ParagraphKind] = {}

    def article(self, article_id: str) -> Article:
        for number, *fields in self._select(f"{_ARTICLE} WHERE id = ?", (article_id,)):
            if self._count is None or number < self._count:
                return self._whole(number, *fields)
        raise ArticleNotFound(f"No article {article_id!r} in the index.")

    def articles(self) -> Sequence[Article]:
        return self._articles[: self._count]

    def places(self) -> Sequence[Article]:
        return self._articles

    @cached_property
    def _articles(self) -> tuple[Article, ...]:
        found = self._select(f"{_ARTICLE} ORDER BY number", ())
        return tuple(
            replace(_with_details(Article(i, source, title, date, "", sha), unpack_details(details)), markup=())
            for _, i, source, title, date, sha, _, details in found
        )

    def paragraphs(self, rows: Rows, within: Container[str] | None = None) -> list[StoredParagraph]:
        wanted = self._paragraph_of[rows].tolist()
        found = self._by_number(_PARAGRAPHS, wanted)
        places = {number: {number: Place(fields[0], *fields[4:6])} for number, fields in found.items()}
        for number, copy, *place in self._select_numbers(_COPIES, wanted, " ORDER BY c.number, c.copy"):
            places[number][copy] = Place(*place)
        shown = {number: _shown(places[number], within) for number in wanted}
        found |= self._by_number(_PARAGRAPHS, [number for number in shown.values() if number not in found])
        return [
            _stored(row, found[number], tuple(place for copy, place in places[original].items() if copy != number))
            for row, original, number in zip(rows.tolist(), wanted, map(shown.__getitem__, wanted), strict=True)
        ]

    def copies(self) -> tuple[Rows, NDArray[np.int32]]:
        return self._copies

    @cached_property
    def _copies(self) -> tuple[Rows, NDArray[np.int32]]:
        found = self._select(_ALL_COPIES, ())
        originals = np.array([number for number, _ in found], np.int64)
        return np.searchsorted(self._paragraph_of, originals), np.array([article for _, article in found], np.int32)

    def kinds(self, rows: Rows) -> list[ParagraphKind]:
        wanted = self._paragraph_of[rows].tolist()
        kinds = self._kinds
        if any(number not in kinds for number in wanted):
            if len(kinds) >= CACHED_KINDS:
                kinds = {}
            unknown = [number for number in wanted if number not in kinds]
            kinds.update({number: kind for number, (kind,) in self._by_number(_KINDS, unknown).items()})
            self._kinds = kinds
        return [kinds[number] for number in wanted]

    def close(self) -> None:
        """Close every thread's connection."""
        while self._connections:
            self._connections.pop().close()

    def _whole(
        self,
        number: int,
        article_id: str,
        source: str,
        title: str,
        date: str | None,
        sha256: str,
        boilerplate: bytes,
        details: bytes,
    ) -> Article:
        [(text,)] = self._select("SELECT text FROM texts WHERE number = ?", (number,))
        found = self._select(
            "SELECT start, end, kind, sentences, locator FROM paragraphs WHERE number >= (SELECT first FROM articles"
            " WHERE"
            " number = ?1) AND number < (SELECT first + paragraphs FROM articles WHERE number = ?1) ORDER BY number",
            (number,),
        )
        paragraphs = tuple(
            Paragraph(start, end, kind, unpack_spans(packed), place) for start, end, kind, packed, place in found
        )
        left_out = unpack_boilerplate(boilerplate)
        article = Article(article_id, source, title, date, text, sha256, paragraphs, left_out)
        return _with_details(article, unpack_details(details))

    def _by_number(self, query: str, wanted: Sequence[int]) -> dict[int, Any]:
        """Return the rest of each record by its number; raises IndexCorrupt when one is missing."""
        found = {number: rest for number, *rest in self._select_numbers(query, wanted)}
        if missing := set(wanted) - found.keys():
            raise IndexCorrupt(f"{self._path} has no paragraph {min(missing)}. Build it again with: qa index --rebuild")
        return found

    def _select_numbers(self, query: str, numbers: Sequence[int], order: str = "") -> Iterator[Any]:
        for start in range(0, len(numbers), ROWS_PER_QUERY):
            part = numbers[start : start + ROWS_PER_QUERY]
            yield from self._select(f"{query}({','.join('?' * len(part))}){order}", part)

    def _select(self, query: str, values: Sequence[Any]) -> list[Any]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self._path)
            self._connections.append(connection)
        with reading(self._path):
            found: list[Any] = connection.execute(query, values).fetchall()
        return found


def _shown(places: Mapping[int, Place], within: Container[str] | None) -> int:
    """Return the number of the first place in these articles, or of the first place where none is in them."""
    first = next(iter(places))
    if within is None:
        return first
    return next((number for number, place in places.items() if place.article_id in within), first)


def _stored(row: int, fields: Sequence[Any], also_in: tuple[Place, ...]) -> StoredParagraph:
    article_id, title, source, sha256, start, end, kind, text, packed, hidden, locator = fields
    sentences, markup = unpack_spans(packed), unpack_spans(hidden)
    return StoredParagraph(
        row, article_id, title, source, sha256, start, end, kind, text, sentences, also_in, markup, locator
    )
