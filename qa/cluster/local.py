"""The shards of a cluster generation, all opened by this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from qa.cluster.manifest import read_cluster, read_cluster_pointer, read_lengths
from qa.cluster.shard import Shard
from qa.cluster.snapshot import ShardedSnapshot
from qa.store.folder.manifest import Pointer
from qa.store.snapshot import open_generation

Result = TypeVar("Result")


class LocalShards:
    """Shards that are asked one after the other; implements Shards."""

    def __init__(self, shards: Sequence[Shard]) -> None:
        self._shards = shards

    def ask(self, calls: Mapping[int, Callable[[Shard], Result]]) -> dict[int, Result]:
        return {number: call(self._shards[number]) for number, call in calls.items()}

    def close(self) -> None:
        for shard in self._shards:
            shard.close()


def open_shard(index_folder: Path, pointer: Pointer, fingerprint: str | None) -> Shard:
    """Open one shard; fingerprint is that of the encoder that will ask. Raises IndexCorrupt and ModelMismatch."""
    snapshot = open_generation(index_folder, pointer, fingerprint)
    return Shard(snapshot, read_lengths(snapshot.folder.path))


class LocalClusterReader:
    """The current cluster generation with all its shards in this process; implements SnapshotSource."""

    def __init__(self, index_folder: Path, fingerprint: str | None) -> None:
        manifest = read_cluster(index_folder, read_cluster_pointer(index_folder))
        shards = [open_shard(index_folder, one.pointer, fingerprint) for one in manifest.shards]
        self._snapshot = ShardedSnapshot(index_folder, manifest, LocalShards(shards))

    def current(self) -> ShardedSnapshot:
        return self._snapshot

    def close(self) -> None:
        self._snapshot.close()
