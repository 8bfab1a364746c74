"""Removes what no generation needs any more; call it with the writer's lock held."""

from __future__ import annotations

from pathlib import Path

from qa.errors import IndexCorrupt
from qa.store.folder.locks import remove_unread
from qa.store.folder.manifest import (
    block_path,
    decode_manifest,
    manifest_path,
    read_current,
    read_manifest,
)
from qa.store.folder.storage import remove, storing, sync_folder


def remove_unused(index_folder: Path) -> None:
    """Remove all generations but the current one, its fallback and those still read, and blocks of none of them.

    Does nothing when the current generation cannot be told, so that nothing is lost by damage.
    """
    try:
        current = read_current(index_folder)
        keep = set() if current is None else {current.name, read_manifest(index_folder, current).fallback}
    except IndexCorrupt:
        return
    with storing(f"the index in {index_folder}"):
        for folder in _entries(index_folder / "generations"):
            if folder.name not in keep and remove_unread(manifest_path(index_folder, folder.name)):
                remove(folder)
        used = _used_blocks(index_folder)
        for path in _entries(index_folder / "blocks"):
            if path not in used:
                remove(path)
        for name in ("generations", "blocks"):
            if (index_folder / name).is_dir():
                sync_folder(index_folder / name)


def _used_blocks(index_folder: Path) -> set[Path]:
    used: set[Path] = set()
    for folder in _entries(index_folder / "generations"):
        path = manifest_path(index_folder, folder.name)
        try:
            manifest = decode_manifest(path.read_bytes(), path)
        except (FileNotFoundError, IndexCorrupt):  # Nobody can open it; who did holds its blocks already.
            continue
        used.update(block_path(index_folder, block) for block in manifest.blocks)
    return used


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
