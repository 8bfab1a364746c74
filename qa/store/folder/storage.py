"""Writing files of the index: each is hashed as it is written, and on disk before it is named."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from qa.digests import FileDigest, hash_file
from qa.errors import StorageFailed


@contextmanager
def storing(what: str) -> Iterator[None]:
    """Turn an error of the operating system in this block into StorageFailed, in plain words."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageFailed(f"Cannot store {what}: {reason}. Check the disk, then run the command again.") from error


def unreadable(what: object, reason: object) -> StorageFailed:
    """Return the error for an I/O failure at a part of the index, which may be undamaged."""
    return StorageFailed(f"Cannot read {what}: {reason}. Check the disk, then run the command again.")


class Output:
    """A new file, hashed while it is written; leaving the block without an error puts it on disk.

    ``digest`` is what has been written so far.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, content: Any) -> int:
        """Write all of a bytes-like object and return its length."""
        view = memoryview(content).cast("B")
        written = 0
        while written < len(view):
            written += self._file.write(view[written:])
        self._hash.update(view)
        self._size += len(view)
        return len(view)

    @property
    def digest(self) -> FileDigest:
        return FileDigest(self._size, self._hash.hexdigest())

    def __enter__(self) -> Output:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                os.fsync(self._file.fileno())
        finally:
            self._file.close()


def write_file(path: Path, content: Any) -> FileDigest:
    """Write a bytes-like object as a new file that is on disk on return."""
    with Output(path) as output:
        output.write(content)
    return output.digest


def replace_file(path: Path, content: bytes) -> None:
    """Replace the content of a file in one step: a reader sees the old content or the new one, whole."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        write_file(temporary, content)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_file(path: Path) -> FileDigest:
    """Sync a file that another library wrote and return its digest."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return hash_file(path)


def sync_folder(folder: Path) -> None:
    """Sync the names in this folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rename(source: Path, target: Path) -> None:
    """Give a finished file or folder its name, on disk on return."""
    source.replace(target)
    sync_folder(target.parent)


def remove(path: Path) -> None:
    """Remove a file or a folder with all it holds; nothing happens when it is not there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
