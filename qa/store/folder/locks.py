"""Locks on the index: one writer, and the readers of each generation; they end with their process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from qa.errors import IndexBusy
from qa.store.folder.layout import cleaning_lock_path, lock_path
from qa.store.folder.storage import storing


@contextmanager
def writer_lock(index_folder: Path) -> Iterator[None]:
    """Hold the exclusive lock of the writer; raises IndexBusy at once when another writer has it.

    A reader that removes generations holds it for a moment only, so that one is waited for.
    """
    with _lock_file(lock_path(index_folder)) as file:
        if not _take(file):
            with _lock_file(cleaning_lock_path(index_folder)) as cleaning:
                fcntl.flock(cleaning, fcntl.LOCK_EX)
                if not _take(file):
                    raise _busy(index_folder)
        yield


@contextmanager
def cleaner_lock(index_folder: Path) -> Iterator[None]:
    """Hold the writer's lock for a removal by a reader; raises IndexBusy when another process has it."""
    with _lock_file(cleaning_lock_path(index_folder)) as cleaning, _lock_file(lock_path(index_folder)) as file:
        if not (_take(cleaning) and _take(file)):
            raise _busy(index_folder)
        yield


def _lock_file(path: Path) -> BinaryIO:
    with storing(f"the index in {path.parent}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")


def _take(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _busy(index_folder: Path) -> IndexBusy:
    return IndexBusy(f"The index in {index_folder} is being written. Try again when that is done.")


def open_for_reading(path: Path) -> BinaryIO | None:
    """Open a file with a shared lock, held until it is closed; None when the file is being removed."""
    file = path.open("rb")
    fcntl.flock(file, fcntl.LOCK_SH)
    if os.fstat(file.fileno()).st_nlink == 0:
        file.close()
        return None
    return file


def remove_unread(path: Path) -> bool:
    """Remove this file unless somebody holds it open for reading; return whether it is gone."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return True
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        path.unlink(missing_ok=True)
    return True
