"""Articles into the text store of a new generation, in two passes, with one article in memory at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.build.report import Note
from qa.build.structures import TextStoreWriter
from qa.digests import hash_file
from qa.ingest.article import parse_article
from qa.ingest.files import SourceFile, Unreadable, read_file, refuse_shortage
from qa.ingest.versions import reader_version
from qa.progress import Progress
from qa.records import Article, SkippedFile
from qa.store.texts.fingerprints import KnownArticle
from qa.store.texts.writer import Fingerprints, text_digest
from qa.text.duplicates import signature, text_key
from qa.text.lines import find_repeated_lines, line_keys

Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class ScannedArticle:
    """An article as it was scanned; ``known`` when the text store before has its text."""

    file: SourceFile
    file_sha256: str
    reader: str
    sha256: str
    note: str | None
    lines: NDArray[np.int64]
    known: KnownArticle | None


@dataclass(frozen=True, slots=True)
class Scan:
    """All articles of the folder in order of id, and the files that could not be read."""

    articles: tuple[ScannedArticle, ...]
    skipped: tuple[SkippedFile, ...]

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes on files that were read."""
        return tuple(
            Note(article.file.source, note)
            for article in self.articles
            for note in (article.file.note, article.note)
            if note
        )


def scan_articles(
    files: Sequence[SourceFile],
    known: Mapping[str, KnownArticle],
    add_text: Callable[[int, str], None],
    progress: Progress,
) -> Scan:
    """Read every file once, in order of id; texts that are not known are added under the number of their article."""
    articles: list[ScannedArticle] = []
    skipped: list[SkippedFile] = []
    for done, file in enumerate(files, start=1):
        try:
            article, text = _read(file, known.get(file.id))
        except Unreadable as error:
            skipped.append(SkippedFile(file.source, error.reason))
        else:
            if text is not None:
                add_text(len(articles), text)
            articles.append(article)
        progress("read", done, len(files))
    return Scan(tuple(articles), tuple(skipped))


def _read(file: SourceFile, known: KnownArticle | None) -> tuple[ScannedArticle, str | None]:
    """Return the article, and its text unless it is known."""
    file_sha256, reader = file_digest(file), reader_version(file.source)
    if known is not None and (known.source, known.file_sha256, known.reader) == (file.source, file_sha256, reader):
        return ScannedArticle(file, file_sha256, reader, known.sha256, known.note, known.lines, known), None
    decoded = read_file(file)
    lines = line_keys(decoded.text)
    return ScannedArticle(file, file_sha256, reader, decoded.sha256, decoded.note, lines, None), decoded.text


def file_digest(file: SourceFile) -> str:
    """Return the SHA-256 of a file, which takes far less time than decoding it."""
    try:
        return hash_file(file.path, _without_waiting).sha256
    except OSError as error:
        refuse_shortage(file.path, error)
        raise Unreadable(error.strerror or "cannot be read") from error


def _without_waiting(path: str, flags: int) -> int:
    """Open a file without waiting for a writer, should a FIFO have taken its place."""
    return os.open(path, flags | os.O_NONBLOCK)


def parse_articles(
    articles: Sequence[ScannedArticle],
    known: Mapping[str, KnownArticle],
    fits: Fits,
    writer: TextStoreWriter,
    progress: Progress,
) -> None:
    """Write every article: copied when the same rules parsed it and no line of it became boilerplate or content.

    known holds the articles of the text store before that the same rules parsed; all others are parsed.
    """
    repeated = find_repeated_lines(article.lines for article in articles)
    before = find_repeated_lines(article.lines for article in known.values())
    moved = np.array(sorted(repeated ^ before), np.int64)
    for number, article in enumerate(articles):
        same_rules = article.file.id in known
        if article.known is not None and same_rules and not np.isin(article.lines, moved, assume_unique=True).any():
            writer.copy_article(number, article.known.kept)
        else:
            if article.known is not None:
                writer.copy_text(number, article.known.kept)
            writer.add_article(number, *parse_scanned(article, writer.text(number), repeated, fits))
        progress("parse", number + 1, len(articles))


def parse_scanned(
    article: ScannedArticle, text: str, repeated: frozenset[int], fits: Fits
) -> tuple[Article, Fingerprints]:
    """Return an article parsed from its text, and its fingerprints; repeated: the lines that many articles share."""
    parsed = parse_article(
        article_id=article.file.id,
        source=article.file.source,
        text=text,
        sha256=article.sha256,
        repeated=repeated,
        fits=fits,
        note=article.note,
    )
    return parsed, _fingerprints(parsed, article)


def _fingerprints(parsed: Article, read: ScannedArticle) -> Fingerprints:
    texts = [parsed.text[paragraph.start : paragraph.end] for paragraph in parsed.paragraphs]
    keys = np.array([text_key(text) for text in texts], np.int64)
    signatures = np.array([signature(text) for text in texts], np.uint32)
    digests = b"".join(text_digest(text) for text in texts)
    return Fingerprints(read.file_sha256, read.reader, read.note, read.lines, keys, digests, signatures)
