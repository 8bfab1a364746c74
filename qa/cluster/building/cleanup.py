"""Removal of the shards, blocks and cluster generations that the current one does not name."""

from __future__ import annotations

import time
from collections.abc import Callable

from qa.cluster.building.shared_store import SharedStore
from qa.cluster.layout import CLUSTERS
from qa.cluster.manifest import ClusterManifest
from qa.store.folder.layout import BLOCKS, GENERATIONS, MANIFEST, generation_folder
from qa.store.folder.locks import remove_unread
from qa.store.folder.manifest import Manifest, decode_manifest

# Seconds between two looks at whether a shard is still read.
LOOK_AGAIN = 0.5


def remove_when_unread(store: SharedStore, current: ClusterManifest, patience: float) -> frozenset[str]:
    """Remove what the current generation does not name, and wait this many seconds for the readers of its shards.

    Returns the names of the shards that are still read.
    """
    end = time.monotonic() + patience
    while (read := remove_unused_shards(store, current)) and time.monotonic() < end:
        time.sleep(LOOK_AGAIN)
    return read


def remove_unused_shards(store: SharedStore, current: ClusterManifest) -> frozenset[str]:
    """Remove what the current generation does not name, but for the shards that are still read, by their names.

    A reader on another machine is seen where the shared folder shares its locks.
    """
    named = {shard.name for shard in current.shards}
    _remove_but(store, GENERATIONS, lambda name: name in named or _is_read(store, name))
    # Some object stores go on listing a folder of which every file was removed.
    left = [name for name in store.names(GENERATIONS) if store.has(f"{GENERATIONS}/{name}/{MANIFEST}")]
    manifests = [_manifest(store, name) for name in left]
    blocks = {block.sha256 for manifest in manifests for block in manifest.blocks}
    _remove_but(store, BLOCKS, lambda name: name.partition(".")[0] in blocks)
    _remove_but(store, CLUSTERS, lambda name: name == current.name)
    return frozenset(left) - named


def _remove_but(store: SharedStore, folder: str, is_kept: Callable[[str], bool]) -> None:
    for name in store.names(folder):
        if not is_kept(name):
            store.remove(f"{folder}/{name}")


def _is_read(store: SharedStore, shard: str) -> bool:
    """Tell whether a reader holds a shard; in an object store nobody does, since it is copied before it is read."""
    return store.folder is not None and not remove_unread(generation_folder(store.folder, shard).manifest)


def _manifest(store: SharedStore, shard: str) -> Manifest:
    with store.workplace() as place:
        path = generation_folder(place, shard).manifest
        return decode_manifest(store.read(path.relative_to(place).as_posix()), path)
