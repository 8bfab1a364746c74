"""A damaged index written again: from its text store where that is whole, else from the articles."""

from __future__ import annotations

from pathlib import Path

from qa.build.build import build
from qa.build.report import BuildReport
from qa.build.sources import TextStoreSource, texts_before
from qa.build.structures import Structures
from qa.build.writer import IndexWriter
from qa.errors import IndexCorrupt
from qa.progress import Progress, silent
from qa.protocols import Encoder
from qa.store.folder.checks import check_files
from qa.store.folder.cleanup import remove_unused
from qa.store.folder.layout import TEXT, generation_folder
from qa.store.folder.locks import writer_lock
from qa.store.folder.manifest import Manifest, read_manifest, recorded_folder, require_current
from qa.store.folder.storage import storing


def repair(
    folder: Path, index_folder: Path, encoder: Encoder, structures: Structures, progress: Progress = silent
) -> BuildReport:
    """Write the index again and make that the current generation; what was damaged is removed.

    The text store is used when the digests down to it are right: it holds the articles as they were indexed. Otherwise
    the folder of articles is read: the index's own, also for another format, or the given one where the manifest is
    damaged. Raises the errors of build; the index then stays as it is.
    """
    manifest = _trusted_manifest(index_folder)
    if manifest is None:
        known = recorded_folder(index_folder) or folder
        return build(known, index_folder, encoder, structures, progress, rebuild=True)
    articles = Path(manifest.folder)
    text = generation_folder(index_folder, manifest.name).text
    if not _is_whole(text, manifest):
        return build(articles, index_folder, encoder, structures, progress, rebuild=True)
    with storing(f"the index in {index_folder}"), writer_lock(index_folder):
        before = texts_before(text, manifest.rules)
        writer = IndexWriter(index_folder, encoder, structures, progress, before=before)
        report = writer.write(TextStoreSource(articles, before))
        remove_unused(index_folder)
    return report


def _trusted_manifest(index_folder: Path) -> Manifest | None:
    try:
        return read_manifest(index_folder, require_current(index_folder))
    except IndexCorrupt:
        return None


def _is_whole(text: Path, manifest: Manifest) -> bool:
    try:
        check_files([(text, manifest.files[TEXT])])
    except IndexCorrupt:
        return False
    return True
