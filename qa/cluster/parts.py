"""The writing of a cluster generation: shards, then what all of them have together, then one switch.

A shard is written in two steps, since a number in it is that of all shards. Whoever builds it puts every file but the
dense index into a folder; ``finish_shard`` does the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from qa.cluster.layout import (
    ARTICLE_TERMS,
    CLUSTER_MANIFEST,
    FREQUENCY,
    LENGTHS,
    ROW_TERMS,
    SKIPPED,
    cluster_folder,
    cluster_pointer_path,
    unfinished_cluster,
)
from qa.cluster.manifest import FORMAT, ClusterManifest, ShardEntry, ShardLengths
from qa.cluster.terms import write_terms
from qa.digests import FileDigest
from qa.records import SkippedFile
from qa.store.dense.writer import FaissWriter
from qa.store.folder.layout import (
    ARTICLE_VECTORS,
    ARTICLES_LEXICAL,
    DENSE,
    LEXICAL,
    ROWS,
    TEXT,
    GenerationFolder,
    generation_folder,
)
from qa.store.folder.layout import FREQUENCY as SHARD_FREQUENCY
from qa.store.folder.manifest import Manifest, Pointer
from qa.store.folder.storage import remove, rename, replace_file, sync_file, sync_folder, write_file


@dataclass(frozen=True, slots=True)
class Whole:
    """The largest number in the vectors of all shards, without its sign, and their words."""

    peak: float
    lengths: ShardLengths


@dataclass(frozen=True, slots=True)
class UnfinishedShard:
    """A shard whose files but the dense index lie in ``folder``; ``manifest`` lacks its name, content and files.

    words: the digests of its two lexical indexes, of rows and of articles.
    """

    folder: GenerationFolder
    manifest: Manifest
    dense: FaissWriter
    words: tuple[Mapping[str, FileDigest], Mapping[str, FileDigest]]
    lengths: ShardLengths
    first_id: str
    last_id: str


def finish_shard(index_folder: Path, shard: UnfinishedShard, peak: float) -> ShardEntry:
    """Write the vectors and the manifest of a shard, and give it its name, which is that of its content.

    A shard of that name that is there already is kept as it is.
    """
    folder, (rows, articles) = shard.folder, shard.words
    files = {
        TEXT: sync_file(folder.text),
        DENSE: shard.dense.write(folder.dense, peak),
        **{name: sync_file(folder.file(name)) for name in (ROWS, SHARD_FREQUENCY, ARTICLE_VECTORS)},
        LENGTHS: write_file(folder.file(LENGTHS), shard.lengths.encode()),
        **_inside(LEXICAL, rows),
        **_inside(ARTICLES_LEXICAL, articles),
    }
    content = _content(files, shard.manifest.blocks)
    manifest = replace(shard.manifest, name=f"shard-{content[:16]}", content=content, files=files)
    digest = write_file(folder.manifest, manifest.encode())
    sync_folder(folder.path)
    target = generation_folder(index_folder, manifest.name).path
    if target.exists():
        remove(folder.path)
    else:
        rename(folder.path, target)
    return ShardEntry(
        manifest.name, digest.sha256, manifest.articles, manifest.paragraphs, shard.first_id, shard.last_id
    )


def _content(files: Mapping[str, FileDigest], blocks: Sequence[FileDigest]) -> str:
    digest = hashlib.sha256()
    for name, one in files.items():
        digest.update(f"{name} {one.size} {one.sha256}\n".encode())
    for one in blocks:
        digest.update(f"{one.size} {one.sha256}\n".encode())
    return digest.hexdigest()


def _inside(folder: str, files: Mapping[str, FileDigest]) -> dict[str, FileDigest]:
    return {f"{folder}/{name}": digest for name, digest in files.items()}


@dataclass(frozen=True, slots=True)
class Together:
    """The terms of rows and of articles of all shards with their frequencies, that of tokens, and the skipped files."""

    row_terms: Mapping[str, int]
    article_terms: Mapping[str, int]
    frequency: NDArray[np.int32]
    skipped: Sequence[SkippedFile]


def finish_cluster(
    index_folder: Path, shards: Sequence[ShardEntry], whole: Whole, together: Together, like: Manifest, name: str
) -> ClusterManifest:
    """Write a cluster generation of these shards and make it the current one.

    ``like`` tells folder, model, rules and ``texts``, the number of distinct texts of all shards.
    """
    folder = unfinished_cluster(index_folder)
    remove(folder)
    folder.mkdir(parents=True)
    files = {
        **write_terms(folder, ROW_TERMS, together.row_terms),
        **write_terms(folder, ARTICLE_TERMS, together.article_terms),
        FREQUENCY: write_file(folder / FREQUENCY, together.frequency.tobytes()),
        SKIPPED: write_file(folder / SKIPPED, msgspec.json.encode([asdict(one) for one in together.skipped])),
    }
    common = ("content", "folder", "model", "fingerprint", "rules", "dimension", "token_dimension", "texts")
    manifest = ClusterManifest(
        format=FORMAT,
        name=name,
        **{field: getattr(like, field) for field in common},
        articles=whole.lengths.articles.documents,
        paragraphs=whole.lengths.rows.documents,
        peak=whole.peak,
        row_words=whole.lengths.rows.words,
        article_words=whole.lengths.articles.words,
        files=files,
        shards=tuple(shards),
    )
    digest = write_file(folder / CLUSTER_MANIFEST, manifest.encode())
    sync_folder(folder)
    remove(cluster_folder(index_folder, name))
    rename(folder, cluster_folder(index_folder, name))
    replace_file(cluster_pointer_path(index_folder), Pointer(name, digest.sha256).encode())
    return manifest


def even_cuts(article_of: NDArray[np.int32], articles: int, shards: int) -> tuple[int, ...]:
    """Return the numbers of the first articles of shards of equal size in rows, but for that of the first shard.

    A shard has one article at least, so there are at most as many shards as articles.
    """
    first_rows = np.searchsorted(article_of, np.arange(articles))
    wanted = np.searchsorted(first_rows, np.arange(1, shards) * len(article_of) / shards)
    return tuple(_apart(wanted.tolist(), articles))


def _apart(cuts: Sequence[int], articles: int) -> Iterator[int]:
    """Yield the cuts moved so far that every shard has an article."""
    before = 0
    for place, cut in enumerate(cuts[: articles - 1]):
        before = min(max(cut, before + 1), articles - (min(len(cuts), articles - 1) - place))
        yield before
