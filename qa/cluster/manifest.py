"""The manifest of a cluster generation: its shards, the numbers of all of them, and the pointer to the current one."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import msgspec

from qa.cluster.layout import CLUSTER_MANIFEST, LENGTHS, cluster_folder, cluster_pointer_path
from qa.digests import FileDigest
from qa.errors import IndexCorrupt, IndexMissing
from qa.store.folder.checks import check_files
from qa.store.folder.manifest import CURRENT_LINE, Pointer
from qa.store.folder.storage import unreadable
from qa.store.lexical.padding import Lengths

FORMAT = 2
REBUILD = "Build it again with: qa index FOLDER --rebuild --cluster ADDRESS"


@dataclass(frozen=True, slots=True)
class ShardEntry:
    """A shard by its name and the SHA-256 of its manifest, and what it holds; ``paragraphs`` counts rows."""

    name: str
    sha256: str
    articles: int
    paragraphs: int
    first_id: str
    last_id: str

    @property
    def pointer(self) -> Pointer:
        """The pointer to the shard, which is a generation."""
        return Pointer(self.name, self.sha256)


@dataclass(frozen=True, slots=True)
class ShardLengths:
    """The words of a shard: of its rows, and of its whole articles."""

    rows: Lengths
    articles: Lengths

    def encode(self) -> bytes:
        """Return the lengths as they are stored."""
        return msgspec.json.encode(self)


def read_lengths(shard: Path) -> ShardLengths:
    """Return the words of a shard, whose files were checked."""
    return msgspec.json.decode((shard / LENGTHS).read_bytes(), type=ShardLengths)


@dataclass(frozen=True)
class ClusterManifest:
    """All parts of a cluster generation; the fields that a Manifest has too mean the same, of all shards together.

    ``peak`` is the largest number in any sentence vector; ``row_words`` and ``article_words`` count the words of all
    rows and of all whole articles, repeated ones too.
    """

    format: int
    name: str
    content: str
    folder: str
    model: str
    fingerprint: str
    rules: str
    dimension: int
    token_dimension: int
    articles: int
    paragraphs: int
    texts: int
    peak: float
    row_words: int
    article_words: int
    files: dict[str, FileDigest]
    shards: tuple[ShardEntry, ...]

    def encode(self) -> bytes:
        """Return the manifest as it is stored."""
        names = type(self).__dataclass_fields__
        return msgspec.json.format(msgspec.json.encode({name: getattr(self, name) for name in names}), indent=1)

    @property
    def row_lengths(self) -> Lengths:
        """The words of all rows."""
        return Lengths(self.row_words, self.paragraphs)

    @property
    def article_lengths(self) -> Lengths:
        """The words of all whole articles."""
        return Lengths(self.article_words, self.articles)

    @cached_property
    def first_rows(self) -> tuple[int, ...]:
        """The number of the first row of each shard, and the number of all rows."""
        return tuple(accumulate((one.paragraphs for one in self.shards), initial=0))

    @cached_property
    def first_articles(self) -> tuple[int, ...]:
        """The number of the first article of each shard, and the number of all articles."""
        return tuple(accumulate((one.articles for one in self.shards), initial=0))

    def shard_of(self, article_id: str) -> int:
        """Return the number of the shard that holds the article, where any does."""
        return max(0, bisect_right([one.first_id for one in self.shards], article_id) - 1)

    def paths(self, index_folder: Path) -> Iterator[tuple[Path, FileDigest]]:
        """Yield the files of the cluster generation itself, without those of its shards."""
        folder = cluster_folder(index_folder, self.name)
        return ((folder / name, digest) for name, digest in self.files.items())


class _Format(msgspec.Struct, frozen=True):
    format: int


def read_cluster_pointer(index_folder: Path) -> Pointer:
    """Return the pointer to the current cluster generation; raises IndexMissing and IndexCorrupt."""
    path = cluster_pointer_path(index_folder)
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(
            f"No index of a cluster in {index_folder}. Build one with: qa index FOLDER --cluster ADDRESS"
        ) from error
    except OSError as error:
        raise unreadable(path, error.strerror) from error
    found = CURRENT_LINE.fullmatch(content.decode("ascii", "replace"))
    if found is None:
        raise IndexCorrupt(f"{path} is damaged. {REBUILD}")
    return Pointer(found[1], found[2])


def read_cluster(index_folder: Path, pointer: Pointer) -> ClusterManifest:
    """Return the manifest of a cluster generation after comparing its files with their digests; raises IndexCorrupt."""
    path = cluster_folder(index_folder, pointer.name) / CLUSTER_MANIFEST
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise IndexCorrupt(f"{path} is missing. {REBUILD}") from error
    except OSError as error:
        raise unreadable(path, error.strerror) from error
    if hashlib.sha256(content).hexdigest() != pointer.sha256:
        raise IndexCorrupt(f"{path} is not what it was when it was written. {REBUILD}")
    manifest = decode_cluster(content, path)
    check_files(manifest.paths(index_folder))
    return manifest


def decode_cluster(content: bytes, path: Path) -> ClusterManifest:
    """Return the manifest that these bytes hold; raises IndexCorrupt."""
    try:
        found = msgspec.json.decode(content, type=_Format).format
        if found != FORMAT:
            raise IndexCorrupt(f"{path} has format {found}, this version reads {FORMAT}. {REBUILD}")
        return msgspec.json.decode(content, type=ClusterManifest)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IndexCorrupt(f"{path} is damaged: {error}. {REBUILD}") from error
