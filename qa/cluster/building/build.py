"""Builds the index of a cluster, or brings it up to date: the stages over all parts, then one switch."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.build.changes import Changes, count_changes, report_build
from qa.build.report import BuildReport, ShardCounts
from qa.build.scan import Scan
from qa.cluster.building.cleanup import remove_when_unread
from qa.cluster.building.pipeline import NewShards, Pipeline
from qa.cluster.building.runner import Runner
from qa.cluster.building.shared_articles import open_articles
from qa.cluster.building.shared_store import PARTS, SharedStore
from qa.cluster.layout import cluster_folder, cluster_pointer_path, clusters_folder
from qa.cluster.manifest import ClusterManifest, read_cluster, read_cluster_pointer
from qa.cluster.parts import Together, finish_cluster
from qa.errors import IndexBusy, IndexCorrupt, IndexMissing
from qa.progress import Progress
from qa.protocols import Encoder
from qa.records import SkippedFile
from qa.store.folder.locks import writer_lock
from qa.store.folder.manifest import Pointer, other_articles

# The number in the name of the first generation.
FIRST = "000000"
# Seconds in which the readers of shards with removed text have to have gone over to the new generation.
READERS_SECONDS = 120.0


def build_cluster(
    articles: str | Path,
    store: SharedStore,
    runner: Runner,
    load_encoder: Callable[[], Encoder],
    progress: Progress,
    *,
    shards: int | None = None,
    rebuild: bool = False,
    replace_folder: bool = False,
) -> BuildReport:
    """Build the index of articles for a cluster, or bring it up to date; readers are not disturbed.

    articles: a folder, or the address of a store. shards is their number; without it, that of the generation before, or
    one per machine. replace_folder lets an index of other articles follow these; rebuild starts from nothing. Raises
    ArticlesMissing, BadSetting, IndexBusy, IndexCorrupt, ModelMismatch and StorageFailed; the current generation then
    stays, and the next run goes on.
    """
    started = time.monotonic()
    source = open_articles(articles)
    with _locked(store):
        switch, pointer = _read_switch(store, damaged_too=rebuild)
        before = None if pointer is None or rebuild else read_manifest(store, pointer)
        if before is not None and not replace_folder and before.folder != source.address:
            raise other_articles(store.address, before.folder, source.address)
        pipeline = Pipeline(source, store, runner, load_encoder, progress, before)
        scanned = pipeline.scan()
        count = shards or (len(before.shards) if before is not None else runner.machines)
        count = min(count, len(scanned.scan.articles))
        if before is not None and _holds(before, scanned.content, source.address, count):
            report = report_build(before, scanned.scan, {}, Changes(), 0, written=False)
            manifest, report = before, replace(report, shards=ShardCounts(0, len(before.shards)))
        else:
            new = pipeline.write_shards(scanned, count)
            manifest = _switch(store, new, scanned.scan.skipped, pointer, switch)
            report = _report(before, manifest, scanned.scan, new)
        patience = READERS_SECONDS if rebuild or report.changed or report.removed else 0.0
        still_read = len(remove_when_unread(store, manifest, patience))
        store.remove(PARTS)
    return replace(report, seconds=time.monotonic() - started, shards_still_read=still_read)


@contextmanager
def _locked(store: SharedStore) -> Iterator[None]:
    """Hold the writer's lock of a folder; in an object store, the switch tells whether another build came first."""
    if store.folder is None:
        yield
    else:
        with writer_lock(store.folder):
            yield


def _read_switch(store: SharedStore, *, damaged_too: bool) -> tuple[bytes | None, Pointer | None]:
    """Return the content of the switch, and the pointer in it; with ``damaged_too`` none where it is damaged."""
    name = cluster_pointer_path(Path()).name
    content = store.read(name) if store.has(name) else None
    try:
        return content, read_pointer(store)
    except IndexCorrupt:
        if not damaged_too:
            raise
        return content, None


def read_pointer(store: SharedStore) -> Pointer | None:
    """Return the pointer to the current generation of a cluster, None when none was ever built."""
    with store.workplace() as place:
        path = cluster_pointer_path(place)
        if store.has(path.name):
            path.write_bytes(store.read(path.name))
        try:
            return read_cluster_pointer(place)
        except IndexMissing:
            return None


def read_manifest(store: SharedStore, pointer: Pointer) -> ClusterManifest:
    """Return the manifest of a generation of a cluster; raises IndexCorrupt."""
    if store.folder is not None:
        return read_cluster(store.folder, pointer)
    with store.workplace() as place:
        target = cluster_folder(place, pointer.name)
        store.fetch_folder(f"{clusters_folder(place).name}/{pointer.name}", target)
        return read_cluster(place, pointer)


def _holds(manifest: ClusterManifest, content: str, articles: str, shards: int) -> bool:
    return (manifest.content, manifest.folder, len(manifest.shards)) == (content, articles, shards)


def _switch(
    store: SharedStore, new: NewShards, skipped: Sequence[SkippedFile], before: Pointer | None, switch: bytes | None
) -> ClusterManifest:
    """Write what all shards have together, then the pointer; raises IndexBusy when another build came first.

    switch is what the file with the pointer held when this build began.
    """
    number = int((before.name if before is not None else FIRST).partition("-")[0]) + 1
    name = f"{number:06d}-{new.manifest.content[:12]}"
    entries = [shard.entry for shard in new.shards]
    with store.workplace() as place:
        manifest = finish_cluster(place, entries, new.whole, _together(new, skipped), new.manifest, name)
        folder = cluster_folder(place, name)
        target = f"{folder.parent.name}/{name}"
        store.remove(target)
        store.publish(folder, target)
        pointer = cluster_pointer_path(place)
        if not store.replace(pointer.name, pointer.read_bytes(), switch):
            raise IndexBusy(f"Another build has just finished the index in {store.address}. Start this one again.")
    return manifest


def _together(new: NewShards, skipped: Sequence[SkippedFile]) -> Together:
    rows: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for shard in new.shards:
        rows.update(shard.row_terms)
        articles.update(shard.article_terms)
    return Together(rows, articles, _sum([part.frequency for part in new.encoded]), skipped)


def _sum(frequencies: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    total = np.zeros(max(len(one) for one in frequencies), np.int32)
    for one in frequencies:
        total[: len(one)] += one
    return total


def _report(before: ClusterManifest | None, manifest: ClusterManifest, scan: Scan, new: NewShards) -> BuildReport:
    excluded: Counter[tuple[str, int]] = Counter()
    for part in new.parsed:
        for reason, totals in part.excluded.items():
            excluded.update({(reason, place): total for place, total in enumerate(totals)})
    by_reason = {reason: (excluded[reason, 0], excluded[reason, 1]) for reason, _ in excluded}
    kept = len(set(manifest.shards) & set(before.shards if before is not None else ()))
    report = report_build(
        manifest, scan, by_reason, count_changes(scan, new.digests_before), sum(part.encoded for part in new.encoded)
    )
    return replace(report, shards=ShardCounts(len(manifest.shards) - kept, kept))
