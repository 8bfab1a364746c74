"""The SHA-256 of a file, by which its content is recognised."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileDigest:
    """A file's size in bytes and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


def hash_file(path: Path, opener: Callable[[str, int], int] | None = None) -> FileDigest:
    """Return a file's size and SHA-256, read in blocks; opener is the one of ``open``."""
    digest = hashlib.sha256()
    size = 0
    block = memoryview(bytearray(READ_BYTES))
    with open(path, "rb", buffering=0, opener=opener) as file:
        while length := file.readinto(block):
            digest.update(block[:length])
            size += length
    return FileDigest(size, digest.hexdigest())
