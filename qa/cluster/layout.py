"""Where a cluster generation lies, beside the shards, which lie where the generations of one machine do."""

from __future__ import annotations

from pathlib import Path

CLUSTERS = "clusters"
CLUSTER_MANIFEST = "cluster.json"
FREQUENCY = "token_frequency.i32"
SKIPPED = "skipped.json"
# The file of a shard that no other generation has: the words of its rows and articles.
LENGTHS = "lengths.json"
# The stems of the names of the two tables of terms: those of rows, and those of whole articles.
ROW_TERMS, ARTICLE_TERMS = "row_terms", "article_terms"


def cluster_pointer_path(index_folder: Path) -> Path:
    """Return the path of the pointer to the current cluster generation."""
    return index_folder / "cluster"


def clusters_folder(index_folder: Path) -> Path:
    """Return the folder with one folder per cluster generation."""
    return index_folder / CLUSTERS


def cluster_folder(index_folder: Path, name: str) -> Path:
    """Return the folder of a cluster generation."""
    return clusters_folder(index_folder) / name


def unfinished_cluster(index_folder: Path) -> Path:
    """Return the folder that a cluster generation is written into before it gets its name."""
    return clusters_folder(index_folder) / ".new"


def is_store(place: str) -> bool:
    """Return whether this is the address of a store, such as ``s3://bucket/articles``, and no path."""
    return "://" in place
