"""The record of the newest scan: which files the folder held then, and which of them were not read.

It stands beside the generations, since a file that cannot be read changes no generation. A reader that finds it damaged
or of another generation goes on without it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from qa.errors import QAError
from qa.records import SkippedFile
from qa.store.folder.layout import scan_record_path
from qa.store.folder.manifest import current_name
from qa.store.folder.storage import replace_file


@dataclass(frozen=True, slots=True)
class ScanRecord:
    """The files at the newest scan, by path: size in bytes and time of change in nanoseconds; and the skipped ones."""

    generation: str
    files: dict[str, tuple[int, int]]
    skipped: tuple[SkippedFile, ...]


def write_scan_record(index_folder: Path, record: ScanRecord) -> None:
    """Write the record unless it is there already; raises OSError."""
    content = msgspec.json.encode(record)
    content = b"\n".join([hashlib.sha256(content).hexdigest().encode(), content])
    path = scan_record_path(index_folder)
    if not path.is_file() or path.read_bytes() != content:
        replace_file(path, content)


def read_scan_record(index_folder: Path) -> ScanRecord | None:
    """Return the record of the current generation, None where there is none that is whole."""
    try:
        record = _decode(scan_record_path(index_folder).read_bytes())
        return record if record is not None and record.generation == current_name(index_folder) else None
    except (OSError, QAError):
        return None


@lru_cache(maxsize=2)
def _decode(stored: bytes) -> ScanRecord | None:
    digest, _, content = stored.partition(b"\n")
    if hashlib.sha256(content).hexdigest().encode() != digest:
        return None
    return msgspec.json.decode(content, type=ScanRecord)
