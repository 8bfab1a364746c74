"""First stage: the files of a part are decoded, and their texts kept under the digest of the files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from qa.build.scan import Scan, ScannedArticle, file_digest, scan_articles
from qa.cluster.building.agreement import Agreement
from qa.cluster.building.shared_articles import ReachedFiles, SharedArticles
from qa.cluster.building.shared_store import PARTS, SharedStore
from qa.ingest.files import SourceFile, Unreadable
from qa.ingest.versions import reader_version
from qa.progress import silent
from qa.records import SkippedFile


class StoredArticle(msgspec.Struct, frozen=True, array_like=True):
    """A decoded article as it is kept between the stages; ``lines`` are the 64-bit keys of its lines."""

    number: int
    file_sha256: str
    reader: str
    sha256: str
    note: str | None
    lines: bytes
    text: str


class StoredScan(msgspec.Struct, frozen=True, array_like=True):
    """What a part holds: its articles, by the number of their file among those reached, and the skipped files."""

    articles: tuple[StoredArticle, ...]
    skipped: tuple[SkippedFile, ...]


@dataclass(frozen=True, slots=True)
class ScannedPart:
    """The articles of a part without their texts, which are kept under ``key``."""

    key: str
    scan: Scan


@dataclass(frozen=True, slots=True)
class ScanPart:
    """The stage: files of a part in order of id, to the part as it was scanned."""

    store: SharedStore
    agreement: Agreement
    articles: SharedArticles

    def __call__(self, files: Sequence[SourceFile]) -> ScannedPart:
        """Decode the files, unless an earlier run has done so; raises ArticlesMissing where none of them is seen."""
        self.agreement.check()
        with self.articles.reach(files) as reached:
            key = _key(reached)
            if not self.store.has(scanned_name(key)):
                stored = _scan(reached)
                with self.store.workplace() as place:
                    (place / "scan").write_bytes(msgspec.msgpack.encode(stored))
                    self.store.publish(place / "scan", scanned_name(key))
            else:
                stored = read_scan(self.store, key)
        found = {file.id: file for file in files}
        own = [found[file.id] for file in reached.files]
        articles = tuple(_scanned(article, own[article.number]) for article in stored.articles)
        return ScannedPart(key, Scan(articles, stored.skipped))


def scanned_name(key: str) -> str:
    """Return the name of the file with a scanned part."""
    return f"{PARTS}/scanned/{key}.msgpack"


def read_scan(store: SharedStore, key: str) -> StoredScan:
    """Return a part that was scanned, with its texts."""
    return msgspec.msgpack.decode(store.read(scanned_name(key)), type=StoredScan)


def _key(reached: ReachedFiles) -> str:
    digest = hashlib.sha256()
    for file in reached.files:
        digest.update(f"{file.id}\0{file.source}\0{_digest(file)}\0{reader_version(file.source)}\0".encode())
    for skipped in reached.skipped:
        digest.update(f"{skipped.source}\0{skipped.reason}\0".encode())
    return digest.hexdigest()


def _digest(file: SourceFile) -> str:
    try:
        return file_digest(file)
    except Unreadable as error:
        return error.reason


def _scan(reached: ReachedFiles) -> StoredScan:
    texts: list[str] = []
    scan = scan_articles(reached.files, {}, lambda _, text: texts.append(text), silent)
    numbers = {file.id: number for number, file in enumerate(reached.files)}
    stored = (
        StoredArticle(
            numbers[article.file.id],
            article.file_sha256,
            article.reader,
            article.sha256,
            article.note,
            article.lines.tobytes(),
            text,
        )
        for article, text in zip(scan.articles, texts, strict=True)
    )
    return StoredScan(tuple(stored), (*reached.skipped, *scan.skipped))


def _scanned(stored: StoredArticle, file: SourceFile) -> ScannedArticle:
    lines = np.frombuffer(stored.lines, np.int64)
    return ScannedArticle(file, stored.file_sha256, stored.reader, stored.sha256, stored.note, lines, None)
