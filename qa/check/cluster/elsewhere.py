"""The texts of the articles that the index of a cluster is built from, in a folder or a store."""

from __future__ import annotations

from pathlib import Path

from qa.check.leftovers import read_others
from qa.cluster.building.partition import MAX_PART_FILES
from qa.cluster.building.shared_articles import open_articles


def texts_at(address: str, file: Path) -> list[str]:
    """Return the texts of all articles at this address but this file, without those that no index can read."""
    articles = open_articles(address)
    files, _ = articles.find()
    texts: list[str] = []
    for start in range(0, len(files), MAX_PART_FILES):
        with articles.reach(files[start : start + MAX_PART_FILES]) as reached:
            texts += read_others(reached.files, file)
    return texts
