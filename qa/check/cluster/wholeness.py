"""Whether the index of a cluster is whole: every shard, block and table by its digest, and the shards by each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from qa.check.inspection import faults
from qa.cluster.manifest import ClusterManifest, ShardEntry, read_cluster, read_cluster_pointer
from qa.errors import QAError
from qa.progress import Progress
from qa.records import Article
from qa.store.folder.holding import hold
from qa.store.folder.manifest import Pointer
from qa.store.snapshot import OpenSnapshot, open_generation


def find_damage(index_folder: Path, current: Pointer) -> list[str]:
    """Return one line for each shard or table of the current generation that this machine does not see as written."""
    try:
        seen = read_cluster_pointer(index_folder)
        if seen != current:
            return [f"{index_folder} is at generation {seen.name} here, and at {current.name} where it is checked"]
        manifest = read_cluster(index_folder, seen)
    except QAError as error:
        return [str(error)]
    return [line for shard in manifest.shards for line in _damage_of(index_folder, shard)]


def _damage_of(index_folder: Path, shard: ShardEntry) -> Iterator[str]:
    try:
        with closing(hold(index_folder, shard.pointer)) as held:
            held.check_all()
    except QAError as error:
        yield f"{shard.name}: {error}"


def find_faults(index_folder: Path, manifest: ClusterManifest, progress: Progress) -> Iterator[str]:
    """Yield one line for each thing in which a shard disagrees with itself, with the others or with the manifest.

    Call it where find_damage finds nothing.
    """
    shards = [open_generation(index_folder, one.pointer, None) for one in manifest.shards]
    try:
        yield from _faults_of_whole(manifest, shards)
        for entry, shard in zip(manifest.shards, shards, strict=True):
            yield from (f"{entry.name}: {fault}" for fault in faults(shard, progress, _article_in(manifest, shards)))
    finally:
        for shard in shards:
            shard.close()


def _article_in(manifest: ClusterManifest, shards: list[OpenSnapshot]) -> Callable[[str], Article]:
    return lambda article_id: shards[manifest.shard_of(article_id)].text.article(article_id)


def _faults_of_whole(manifest: ClusterManifest, shards: list[OpenSnapshot]) -> Iterator[str]:
    for entry, shard in zip(manifest.shards, shards, strict=True):
        ids = [article.id for article in shard.text.articles()]
        found = (len(ids), len(shard.rows), ids[0], ids[-1])
        if found != (entry.articles, entry.paragraphs, entry.first_id, entry.last_id):
            yield f"{entry.name}: articles, rows, first and last id are {found}, not those of the cluster's manifest"
    totals = manifest.first_articles[-1], manifest.first_rows[-1]
    if totals != (manifest.articles, manifest.paragraphs):
        yield f"the shards hold {totals[0]} articles and {totals[1]} rows, not those of the cluster's manifest"
