"""What is left of a removed text on the machines of a cluster: in the index, in their scratch, and in replicas."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from qa.check.absent import Leftover, Traces, find_leftovers
from qa.cluster.building.scratch import scratch_folders
from qa.cluster.machines.machine import Machines
from qa.cluster.manifest import ClusterManifest
from qa.store.folder.layout import generation_folder


def search_machines(
    traces: Traces, index_folder: Path, manifest: ClusterManifest, machines: Machines
) -> Sequence[Leftover]:
    """Return where any machine still stores a part: in the index as it sees it, and in its temporary folder.

    A replica of a shard that was replaced and is no longer on the disk cannot be searched, so it counts as a place.
    """
    named = {shard.name for shard in manifest.shards}
    found: dict[tuple[Path, str], Leftover] = {}
    for machine, leftovers in machines.run(partial(_search, traces, index_folder)):
        for one in leftovers:
            own = one if one.path.is_relative_to(index_folder) else Leftover(_on(machine, one.path), one.form, one.part)
            found.setdefault((own.path, own.form), own)
    replaced = sorted(
        name for name in machines.served_shards() - named if not generation_folder(index_folder, name).path.exists()
    )
    return [*found.values(), *(Leftover(Path(name), "replica", "it serves a replaced shard") for name in replaced)]


def _search(traces: Traces, index_folder: Path) -> list[Leftover]:
    return find_leftovers(traces, [index_folder, *scratch_folders()])


def _on(machine: str, path: Path) -> Path:
    return Path(f"{machine}:{path}")
