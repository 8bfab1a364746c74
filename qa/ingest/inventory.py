"""The files of a folder by size and time of change, by which a later look tells what changed without reading them."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

# By path, relative to the folder: the size in bytes and the time of change in nanoseconds.
Inventory = Mapping[str, tuple[int, int]]
UNKNOWN = (-1, -1)


def take_inventory(folder: Path, leave_out: Path) -> Inventory:
    """Return the files of the folder, without hidden ones and those in ``leave_out``; no file is opened.

    What cannot be looked at has the size and time UNKNOWN. Without the folder there are no files.
    """
    found: dict[str, tuple[int, int]] = {}
    _add_files(found, folder.resolve(), "", leave_out.resolve())
    return found


def _add_files(found: dict[str, tuple[int, int]], folder: Path, prefix: str, leave_out: Path) -> None:
    if folder == leave_out:
        return
    try:
        with os.scandir(folder) as entries:
            listed = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError:
        found[printable_path(prefix.rstrip("/"))] = UNKNOWN
        return
    for entry in listed:
        if entry.is_dir(follow_symlinks=False):
            _add_files(found, folder / entry.name, f"{prefix}{entry.name}/", leave_out)
        else:
            found[printable_path(prefix + entry.name)] = _size_and_time(entry)


def _size_and_time(entry: os.DirEntry[str]) -> tuple[int, int]:
    try:
        status = entry.stat()
    except OSError:
        return UNKNOWN
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else UNKNOWN


def printable_path(path: str) -> str:
    """Return a path as it can be shown and stored: bytes that are not UTF-8 are escaped."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
