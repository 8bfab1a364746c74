"""Builds the index of a folder of articles, or brings it up to date."""

from __future__ import annotations

import time
from contextlib import closing, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from qa.build.report import BuildReport
from qa.build.sources import FolderSource, texts_before
from qa.build.structures import Structures
from qa.build.writer import IndexWriter
from qa.errors import StorageFailed
from qa.ingest.files import find_files
from qa.ingest.inventory import take_inventory
from qa.progress import Progress, silent
from qa.protocols import Encoder
from qa.store.folder.cleanup import remove_unused
from qa.store.folder.locks import writer_lock
from qa.store.folder.manifest import read_current, require_folder
from qa.store.folder.scan_record import ScanRecord, write_scan_record
from qa.store.folder.storage import storing
from qa.store.snapshot import OpenSnapshot, open_snapshot


def build(
    folder: Path,
    index_folder: Path,
    encoder: Encoder,
    structures: Structures,
    progress: Progress = silent,
    *,
    replace_folder: bool = False,
    rebuild: bool = False,
) -> BuildReport:
    """Build the index of the folder, or bring it up to date; readers are not disturbed.

    replace_folder lets an index of another folder follow this one; rebuild starts from nothing. Raises
    ArticlesMissing, IndexBusy, IndexCorrupt, ModelMismatch and StorageFailed; the current generation then stays.
    """
    started = time.monotonic()
    with storing(f"the index in {index_folder}"):
        inventory = take_inventory(folder, index_folder)  # before any file is read: what changes later is newer
        files, skipped = find_files(folder)
    with storing(f"the index in {index_folder}"), writer_lock(index_folder):
        remove_unused(index_folder)
        try:
            previous = None if rebuild else _open_previous(index_folder, encoder)
            with closing(previous) if previous else nullcontext():
                if previous is not None and not replace_folder:
                    require_folder(index_folder, Path(previous.manifest.folder), folder)
                before = None if previous is None else texts_before(previous.folder.text, previous.manifest.rules)
                writer = IndexWriter(index_folder, encoder, structures, progress, before=before, previous=previous)
                report = writer.write(FolderSource(folder.resolve(), files, skipped))
        except BaseException:
            with suppress(StorageFailed):
                remove_unused(index_folder)
            raise
        remove_unused(index_folder)
        write_scan_record(index_folder, ScanRecord(report.generation, dict(inventory), report.skipped))
    return replace(report, seconds=time.monotonic() - started)


def _open_previous(index_folder: Path, encoder: Encoder) -> OpenSnapshot | None:
    if read_current(index_folder) is None:
        return None
    return open_snapshot(index_folder, encoder.fingerprint)
