"""Whether files of an index are what their digests say."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from qa.digests import FileDigest, hash_file
from qa.errors import IndexCorrupt
from qa.store.folder.manifest import REBUILD

CHECKER_THREADS = 2


def check_files(files: Iterable[tuple[Path, FileDigest]]) -> None:
    """Raise IndexCorrupt naming the first file that is not what its digest says."""
    with ThreadPoolExecutor(CHECKER_THREADS) as pool:
        for _ in pool.map(lambda file: _check_file(*file), files):
            pass


def check_size(path: Path, expected: FileDigest) -> None:
    """Raise IndexCorrupt unless the file is there and has the size of its digest."""
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise IndexCorrupt(f"{path} is missing. {REBUILD}") from error
    if size != expected.size:
        raise IndexCorrupt(f"{path} has {size} bytes instead of {expected.size}. {REBUILD}")


def _check_file(path: Path, expected: FileDigest) -> None:
    check_size(path, expected)
    if hash_file(path) != expected:
        raise IndexCorrupt(f"{path} is not what it was when it was written. {REBUILD}")
