"""What the shards of a cluster generation hold, to be compared with those of another."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from qa.cluster.manifest import ClusterManifest, read_cluster, read_cluster_pointer
from qa.store.folder.layout import block_path, generation_folder
from qa.store.folder.manifest import Manifest, read_manifest
from qa.store.lexical.reader import TantivyIndex


def shard_contents(index: Path, manifest: ClusterManifest) -> list[dict[str, object]]:
    """Return all that the shards hold, but for the names of segments and of the shards."""
    found = []
    for entry in manifest.shards:
        folder = generation_folder(index, entry.name)
        shard = read_manifest(index, entry.pointer)
        files = {
            name: digest for name, digest in shard.files.items() if name.endswith((".faiss", ".f32", "32", ".bin"))
        }
        texts = {block_path(index, block).read_bytes() for block in shard.blocks}
        words = [
            (TantivyIndex(path).all_terms(), len(TantivyIndex(path)))
            for path in (folder.lexical, folder.articles_lexical)
        ]
        found.append(
            {"files": files, "blocks": shard.blocks, "whole": len(texts), "words": words, "numbers": numbers(shard)}
        )
        with closing(sqlite3.connect(folder.text)) as connection:
            found[-1]["text"] = list(connection.iterdump())
    return found


def numbers(shard: Manifest) -> tuple[object, ...]:
    return (shard.folder, shard.articles, shard.paragraphs, shard.texts, shard.rules, shard.dimension)


def seen_by_readers(index: Path) -> tuple[object, ...]:
    """Return all of the current generation but its name and the random names of segments and so of shards."""
    manifest = read_cluster(index, read_cluster_pointer(index))
    entries = [replace(one, name="", sha256="") for one in manifest.shards]
    return replace(manifest, name="", shards=()), entries, shard_contents(index, manifest)
