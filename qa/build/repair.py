"""A damaged index written again: from its text store where that is whole, else from the articles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qa.build.build import build
from qa.build.report import BuildReport
from qa.build.scan import Scan, ScannedArticle
from qa.build.writer import IndexWriter
from qa.errors import IndexCorrupt
from qa.ingest.files import Skipped, SourceFile
from qa.progress import Progress, silent
from qa.protocols import Encoder
from qa.store.folder.checks import check_files
from qa.store.folder.cleanup import remove_unused
from qa.store.folder.layout import TEXT, generation_folder
from qa.store.folder.locks import writer_lock
from qa.store.folder.manifest import Manifest, read_manifest, require_current
from qa.store.folder.storage import storing
from qa.store.texts.fingerprints import KnownArticle, known_articles
from qa.store.texts.writer import TextWriter


def repair(folder: Path, index_folder: Path, encoder: Encoder, progress: Progress = silent) -> BuildReport:
    """Write the index again and make that the current generation; what was damaged is removed.

    The text store is used when the digests up to it are right: the articles as they were indexed. Otherwise the
    folder of articles is read, the index's own or, where that is not known any more, the one given. Raises what build
    raises; the index then stays as it is.
    """
    manifest = _trusted_manifest(index_folder)
    if manifest is None:
        return build(folder, index_folder, encoder, progress, rebuild=True)
    if not _is_text_whole(index_folder, manifest):
        return build(Path(manifest.folder), index_folder, encoder, progress, rebuild=True)
    with storing(f"the index in {index_folder}"), writer_lock(index_folder):
        report = _FromTextStore(index_folder, manifest, encoder, progress).write((), ())
        remove_unused(index_folder)
    return report


def _trusted_manifest(index_folder: Path) -> Manifest | None:
    try:
        return read_manifest(index_folder, require_current(index_folder))
    except IndexCorrupt:
        return None


def _is_text_whole(index_folder: Path, manifest: Manifest) -> bool:
    text = generation_folder(index_folder, manifest.name).text
    try:
        check_files([(text, manifest.files[TEXT])])
    except IndexCorrupt:
        return False
    return True


class _FromTextStore(IndexWriter):
    """A generation with the articles of a text store, everything else made anew."""

    def __init__(self, index_folder: Path, manifest: Manifest, encoder: Encoder, progress: Progress) -> None:
        super().__init__(Path(manifest.folder), index_folder, encoder, None, progress)
        self._text_before = generation_folder(index_folder, manifest.name).text
        self._before = known_articles(self._text_before)
        self._same_rules = manifest.rules == self._rules

    def _read(self, files: Sequence[SourceFile], skipped: Sequence[Skipped], writer: TextWriter) -> Scan:
        return Scan(tuple(self._kept(article) for article in self._before.values()), ())

    def _kept(self, article: KnownArticle) -> ScannedArticle:
        file = SourceFile(article.id, article.source, self._folder / article.source, 0, 0)
        return ScannedArticle(
            file, article.file_sha256, article.reader, article.sha256, article.note, article.lines, article
        )

    @property
    def _reusable(self) -> dict[str, KnownArticle]:
        return self._before if self._same_rules else {}
