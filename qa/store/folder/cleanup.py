"""Removal of the generations and blocks that nobody needs any more: by a writer, or by a reader that closes one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from qa.errors import IndexBusy, IndexCorrupt, StorageFailed
from qa.store.folder.layout import block_path, blocks_folder, generation_folder, generations_folder
from qa.store.folder.locks import cleaner_lock, remove_unread
from qa.store.folder.manifest import decode_manifest, read_current, read_manifest
from qa.store.folder.storage import remove, storing, sync_folder


def remove_unused(index_folder: Path) -> frozenset[str]:
    """Remove all generations but the current one, its fallback and those still read, and the blocks of none of them.

    Call it with the writer's lock held. Returns the names of the generations that stay only because they are read.
    Removes nothing when the current generation is not known, so that nothing is lost by damage.
    """
    try:
        current = read_current(index_folder)
        fallback = None if current is None else read_manifest(index_folder, current).fallback
    except IndexCorrupt:
        return frozenset()
    keep = {pointer.name for pointer in (current, fallback) if pointer is not None}
    read = set()
    with storing(f"the index in {index_folder}"):
        for folder in _entries(generations_folder(index_folder)):
            if folder.name not in keep:
                if remove_unread(generation_folder(index_folder, folder.name).manifest):
                    remove(folder)
                else:
                    read.add(folder.name)
        used = _used_blocks(index_folder)
        for path in _entries(blocks_folder(index_folder)):
            if path not in used:
                remove(path)
        for folder in (generations_folder(index_folder), blocks_folder(index_folder)):
            if folder.is_dir():
                sync_folder(folder)
    return frozenset(read)


def remove_replaced(index_folder: Path) -> bool:
    """Remove what a reader has closed; return whether anything stays because it is still read or could not be removed.

    Where a build is running or the disk refuses, nothing is removed: that is left to the build, or to the next call.
    """
    with suppress(IndexBusy, StorageFailed), cleaner_lock(index_folder):
        return bool(remove_unused(index_folder))
    return True


def _used_blocks(index_folder: Path) -> set[Path]:
    used: set[Path] = set()
    for folder in _entries(generations_folder(index_folder)):
        path = generation_folder(index_folder, folder.name).manifest
        try:
            manifest = decode_manifest(path.read_bytes(), path)
        except (FileNotFoundError, IndexCorrupt):  # New readers cannot open it; existing ones have its blocks mapped.
            continue
        used.update(block_path(index_folder, block) for block in manifest.blocks)
    return used


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
