"""A build in parts writes what cutting a generation of one machine writes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from qa.cluster.building import partition
from qa.cluster.building.build import build_cluster
from qa.cluster.building.runner import InOrder
from qa.cluster.building.shared_store import SharedStore
from qa.cluster.cut import cut_generation
from qa.cluster.manifest import ClusterManifest, read_cluster, read_cluster_pointer
from qa.cluster.parts import even_cuts
from qa.ingest.files import find_files
from qa.progress import silent
from qa.store.folder.layout import generation_folder
from qa.store.snapshot import open_snapshot
from tests.building import build
from tests.cluster.building.articles import PART_FILES, write_articles
from tests.cluster.building.contents import shard_contents
from tests.fakes import FakeEncoder


def built(folder: Path, index: Path, shards: int) -> ClusterManifest:
    build_cluster(folder, SharedStore(str(index)), InOrder(), FakeEncoder, silent, shards=shards)
    return read_cluster(index, read_cluster_pointer(index))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "articles"
    write_articles(folder, 60)
    return folder


@pytest.fixture(scope="module")
def alone(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of one machine."""
    index = tmp_path_factory.mktemp("alone") / "index"
    build(folder, index, FakeEncoder())
    return index


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition, "PART_FILES", PART_FILES)


def cut(alone: Path, index: Path, shards: int) -> ClusterManifest:
    with closing(open_snapshot(alone, None)) as snapshot:
        cuts = even_cuts(snapshot.article_of, snapshot.info.articles, shards)
        return cut_generation(snapshot, index, cuts)


@pytest.mark.parametrize("shards", [1, 2, 3, 7])
def test_shards_equal_those_cut_from_a_generation_of_one_machine(
    folder: Path, alone: Path, tmp_path: Path, shards: int
) -> None:
    ours = built(folder, tmp_path / "ours", shards)
    theirs = cut(alone, tmp_path / "theirs", shards)
    for name in ("content", "folder", "articles", "paragraphs", "texts", "peak", "row_words", "article_words", "files"):
        assert (name, getattr(ours, name)) == (name, getattr(theirs, name))
    assert shard_contents(tmp_path / "ours", ours) == shard_contents(tmp_path / "theirs", theirs)
    assert [(one.first_id, one.last_id, one.paragraphs) for one in ours.shards] == [
        (one.first_id, one.last_id, one.paragraphs) for one in theirs.shards
    ]


def test_parts_of_the_corpus_are_several_and_copies_lie_in_other_shards(folder: Path, tmp_path: Path) -> None:
    files, _ = find_files(folder)
    assert len(list(partition.cut_into_parts(files))) > 5
    manifest = built(folder, tmp_path / "index", 3)
    foreign = 0
    for entry in manifest.shards:
        with closing(sqlite3.connect(generation_folder(tmp_path / "index", entry.name).text)) as connection:
            [(articles,)] = connection.execute("SELECT count(*) FROM articles")
            foreign += articles - entry.articles
    assert foreign > 3
