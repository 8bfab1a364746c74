"""The text store of a new generation: new articles as parsed, unchanged ones copied from the generation before."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.errors import StorageFailed
from qa.records import Article, Paragraph
from qa.store.texts.reader import pack_boilerplate, pack_details, pack_spans
from qa.text.shown import clip_spans

DIGEST_SIZE = 16

_SCHEMA = """
PRAGMA page_size = 4096;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, title TEXT NOT NULL, date TEXT,
    sha256 TEXT NOT NULL, boilerplate BLOB NOT NULL, details BLOB NOT NULL, first INTEGER NOT NULL,
    paragraphs INTEGER NOT NULL
);
CREATE TABLE texts (number INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE fingerprints (
    number INTEGER PRIMARY KEY, file_sha256 TEXT NOT NULL, reader TEXT NOT NULL, note TEXT, lines BLOB NOT NULL,
    keys BLOB NOT NULL, digests BLOB NOT NULL, signatures BLOB NOT NULL
);
CREATE TABLE paragraphs (
    number INTEGER PRIMARY KEY, article INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    kind TEXT NOT NULL, text TEXT NOT NULL, sentences BLOB NOT NULL, markup BLOB NOT NULL, locator TEXT
);
CREATE TABLE copies (number INTEGER, copy INTEGER, PRIMARY KEY (number, copy)) WITHOUT ROWID;
"""
_ADD_ARTICLE = "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_FINGERPRINTS = "INSERT INTO fingerprints VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_PARAGRAPH = "INSERT INTO paragraphs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_COPY_ARTICLE = (
    "INSERT INTO articles SELECT :number, id, source, title, date, sha256, boilerplate, details, :first, paragraphs"
    " FROM old.articles WHERE number = :old",
    "INSERT INTO texts SELECT :number, text FROM old.texts WHERE number = :old",
    "INSERT INTO fingerprints SELECT :number, file_sha256, reader, note, lines, keys, digests, signatures"
    " FROM old.fingerprints WHERE number = :old",
    "INSERT INTO paragraphs SELECT number - :old_first + :first, :number, start, end, kind, text, sentences, markup,"
    " locator"
    " FROM old.paragraphs WHERE number >= :old_first AND number < :old_first + :paragraphs ORDER BY number",
)


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The digests and keys of an article by which later builds need not read it again.

    file_sha256, reader and note: of its file, and of the libraries that decoded it. lines: sorted keys of its lines.
    keys (n,), signatures (n, s): of its paragraphs, for finding copies. digests: n times DIGEST_SIZE bytes, of the text
    that was encoded.
    """

    file_sha256: str
    reader: str
    note: str | None
    lines: NDArray[np.int64]
    keys: NDArray[np.int64]
    digests: bytes
    signatures: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """An article of the generation before: its number and its paragraphs there."""

    number: int
    first: int
    paragraphs: int


def text_digest(text: str) -> bytes:
    """Return the digest by which a later build finds the vectors of a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_SIZE).digest()


class SqliteTextWriter:
    """Writes a text store; articles are added in order of their number, then ``commit``."""

    def __init__(self, path: Path, previous: Path | None) -> None:
        self._path = path
        self._paragraphs = 0
        with self._storing():
            self._connection = sqlite3.connect(path, isolation_level=None, uri=True)
            self._connection.executescript(_SCHEMA)
            if previous is not None:
                self._attach(previous)
            self._connection.execute("BEGIN")

    def take_from(self, path: Path) -> None:
        """Copy the next articles from this finished text store instead of the one before."""
        with self._storing():
            self._connection.execute("COMMIT")
            if any(name == "old" for _, name, _ in self._connection.execute("PRAGMA database_list")):
                self._connection.execute("DETACH old")
            self._attach(path)
            self._connection.execute("BEGIN")

    def _attach(self, path: Path) -> None:
        self._connection.execute("ATTACH ? AS old", (f"{path.resolve().as_uri()}?mode=ro&immutable=1",))

    def add_text(self, number: int, text: str) -> None:
        """Keep the text of an article that is to be parsed."""
        with self._storing():
            self._connection.execute("INSERT INTO texts VALUES (?, ?)", (number, text))

    def copy_text(self, number: int, kept: KeptArticle) -> None:
        """Keep the text of an article of the generation before that is to be parsed again."""
        with self._storing():
            query = "INSERT INTO texts SELECT ?, text FROM old.texts WHERE number = ?"
            self._connection.execute(query, (number, kept.number))

    def text(self, number: int) -> str:
        """Return a text that add_text kept."""
        with self._storing():
            [(text,)] = self._connection.execute("SELECT text FROM texts WHERE number = ?", (number,))
        return str(text)

    def add_article(self, number: int, article: Article, fingerprints: Fingerprints) -> None:
        """Add a parsed article; its text is there already."""
        fields = (article.id, article.source, article.title, article.date, article.sha256)
        sizes = (
            pack_boilerplate(article.boilerplate),
            pack_details(article),
            self._paragraphs,
            len(article.paragraphs),
        )
        blobs = (
            fingerprints.lines.tobytes(),
            fingerprints.keys.tobytes(),
            fingerprints.digests,
            fingerprints.signatures.tobytes(),
        )
        with self._storing():
            self._connection.execute(_ADD_ARTICLE, (number, *fields, *sizes))
            self._connection.execute(_ADD_FINGERPRINTS, (number, *_origin(fingerprints), *blobs))
            self._connection.executemany(
                _ADD_PARAGRAPH,
                (
                    (self._paragraphs + place, number, *_fields(article, paragraph))
                    for place, paragraph in enumerate(article.paragraphs)
                ),
            )
        self._paragraphs += len(article.paragraphs)

    def copy_article(self, number: int, kept: KeptArticle) -> None:
        """Copy an unchanged article from the generation before."""
        values = {
            "number": number,
            "old": kept.number,
            "first": self._paragraphs,
            "old_first": kept.first,
            "paragraphs": kept.paragraphs,
        }
        with self._storing():
            for statement in _COPY_ARTICLE:
                self._connection.execute(statement, values)
        self._paragraphs += kept.paragraphs

    def add_copies(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Record (paragraph, copy of it) by their numbers."""
        with self._storing():
            self._connection.executemany("INSERT INTO copies VALUES (?, ?)", pairs)

    def commit(self) -> None:
        """Write what was added so far, so that it can be read from the file."""
        with self._storing():
            self._connection.execute("COMMIT")
            self._connection.execute("BEGIN")

    def close(self) -> None:
        """Close the file; what was not committed is lost."""
        self._connection.close()

    @contextmanager
    def _storing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StorageFailed(f"Cannot store {self._path}: {error}. Check the disk, then run it again.") from error


def _origin(fingerprints: Fingerprints) -> Sequence[object]:
    return fingerprints.file_sha256, fingerprints.reader, fingerprints.note


def _fields(article: Article, paragraph: Paragraph) -> Sequence[object]:
    text = article.text[paragraph.start : paragraph.end]
    markup = pack_spans(clip_spans(article.markup, paragraph.start, paragraph.end))
    spans = pack_spans(paragraph.sentences)
    return paragraph.start, paragraph.end, paragraph.kind, text, spans, markup, paragraph.locator
