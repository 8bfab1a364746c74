"""Where the articles of a new generation come from: a folder, or the text store of the generation before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qa.build.scan import Scan, ScannedArticle, scan_articles
from qa.build.structures import TextStoreWriter
from qa.errors import ArticlesMissing
from qa.ingest.files import SourceFile
from qa.progress import Progress
from qa.records import SkippedFile
from qa.store.texts.fingerprints import KnownArticle, known_articles
from qa.text.counts import counted


@dataclass(frozen=True, slots=True)
class TextsBefore:
    """A finished text store to copy unchanged articles from; ``rules`` is the version of the parser that made it."""

    path: Path
    rules: str
    articles: Mapping[str, KnownArticle]

    def parsed_by(self, rules: str) -> Mapping[str, KnownArticle]:
        """Return the articles if these rules made their paragraphs, else none."""
        return self.articles if self.rules == rules else {}


def texts_before(path: Path, rules: str) -> TextsBefore:
    """Return what a finished text store holds."""
    return TextsBefore(path, rules, known_articles(path))


class ArticleSource(Protocol):
    """The articles that a generation is to hold."""

    @property
    def folder(self) -> Path:
        """The folder that the articles are, or were, in."""
        ...

    def scan(self, known: Mapping[str, KnownArticle], writer: TextStoreWriter, progress: Progress) -> Scan:
        """Return all articles in order of id; texts that are not in the text store before go to the writer.

        known holds articles that need not be read again while their files are as they were.
        """
        ...


class FolderSource:
    """The files of a folder."""

    def __init__(self, folder: Path, files: Sequence[SourceFile], skipped: Sequence[SkippedFile]) -> None:
        self.folder = folder
        self._files = files
        self._skipped = skipped

    def scan(self, known: Mapping[str, KnownArticle], writer: TextStoreWriter, progress: Progress) -> Scan:
        """Read every file that is new or changed; raises ArticlesMissing when none can be read."""
        scan = scan_articles(self._files, known, writer.add_text, progress)
        if not scan.articles:
            first = scan.skipped[0]
            count = counted(len(self._files), "file")
            raise ArticlesMissing(f"{count} in {self.folder}, none can be read; {first.source}: {first.reason}")
        return Scan(scan.articles, (*self._skipped, *scan.skipped))


class TextStoreSource:
    """The articles of a text store, as they were when they were indexed; no file is read."""

    def __init__(self, folder: Path, before: TextsBefore) -> None:
        self.folder = folder
        self._before = before

    def scan(self, known: Mapping[str, KnownArticle], writer: TextStoreWriter, progress: Progress) -> Scan:
        """Return all articles of the text store."""
        return Scan(tuple(self._scanned(article) for article in self._before.articles.values()), ())

    def _scanned(self, article: KnownArticle) -> ScannedArticle:
        file = SourceFile(article.id, article.source, self.folder / article.source, 0, 0)
        return ScannedArticle(
            file, article.file_sha256, article.reader, article.sha256, article.note, article.lines, article
        )
