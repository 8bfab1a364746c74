"""A generation held by a reader: its manifest, checked, and the lock that keeps its files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from qa.digests import FileDigest
from qa.errors import IndexCorrupt
from qa.store.folder.checks import check_files, check_size
from qa.store.folder.layout import GenerationFolder, block_path, generation_folder
from qa.store.folder.locks import open_for_reading
from qa.store.folder.manifest import REBUILD, Manifest, Pointer, check_manifest, require_current


@dataclass(frozen=True, slots=True)
class HeldGeneration:
    """A generation whose files stay until ``close``."""

    index_folder: Path
    pointer: Pointer
    manifest: Manifest
    lock: BinaryIO

    @property
    def folder(self) -> GenerationFolder:
        return generation_folder(self.index_folder, self.manifest.name)

    @property
    def blocks(self) -> list[Path]:
        """The paths of the blocks of token vectors, in the order of the manifest."""
        return [block_path(self.index_folder, block) for block in self.manifest.blocks]

    def check(self) -> None:
        """Compare every file but the blocks with its digest, and the blocks with their sizes; raises IndexCorrupt."""
        check_files(self._files())
        for path, block in zip(self.blocks, self.manifest.blocks, strict=True):
            check_size(path, block)

    def check_all(self) -> None:
        """Compare every file, blocks included, with its digest; raises IndexCorrupt naming the first that differs."""
        check_files(self._files())
        check_files(zip(self.blocks, self.manifest.blocks, strict=True))

    def _files(self) -> Iterator[tuple[Path, FileDigest]]:
        return ((self.folder.file(name), digest) for name, digest in self.manifest.files.items())

    def close(self) -> None:
        """Release the lock; no file is removed here."""
        self.lock.close()


def hold_current(index_folder: Path) -> HeldGeneration:
    """Hold the current generation; raises IndexMissing and IndexCorrupt."""
    pointer = require_current(index_folder)
    while True:
        lock = _lock(index_folder, pointer)
        newer = require_current(index_folder)
        if lock is not None:
            return _held(index_folder, pointer, lock)
        if newer == pointer:
            raise _missing(index_folder, pointer)
        pointer = newer


def hold(index_folder: Path, pointer: Pointer) -> HeldGeneration:
    """Hold the generation that a pointer names; raises IndexCorrupt."""
    lock = _lock(index_folder, pointer)
    if lock is None:
        raise _missing(index_folder, pointer)
    return _held(index_folder, pointer, lock)


def _held(index_folder: Path, pointer: Pointer, lock: BinaryIO) -> HeldGeneration:
    path = generation_folder(index_folder, pointer.name).manifest
    try:
        return HeldGeneration(index_folder, pointer, check_manifest(lock.read(), path, pointer), lock)
    except BaseException:
        lock.close()
        raise


def _lock(index_folder: Path, pointer: Pointer) -> BinaryIO | None:
    try:
        return open_for_reading(generation_folder(index_folder, pointer.name).manifest)
    except FileNotFoundError:
        return None


def _missing(index_folder: Path, pointer: Pointer) -> IndexCorrupt:
    return IndexCorrupt(f"{generation_folder(index_folder, pointer.name).manifest} is missing. {REBUILD}")
