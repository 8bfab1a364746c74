"""Builds on three machines of a Ray cluster, with machines and processes that are killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ray")

from qa.build.report import BuildReport
from qa.cluster.building import partition
from qa.cluster.building.build import build_cluster
from qa.cluster.building.on_ray import OnRay, connected
from qa.cluster.building.runner import InOrder
from qa.cluster.building.shared_store import SharedStore
from qa.errors import BadSetting, ModelMismatch
from qa.progress import Progress, silent
from tests.cluster.building.articles import PART_FILES, write_articles
from tests.cluster.building.contents import seen_by_readers
from tests.cluster.ray_cluster import NODE, ROOT, running_cluster
from tests.fakes import FakeEncoder

# Ray's own code warns of itself.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def runner(cluster: Any) -> Iterator[OnRay]:
    with connected(cluster.address) as runner:
        yield runner


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition, "PART_FILES", PART_FILES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "articles"
    write_articles(folder, 30)
    return folder


@pytest.fixture(scope="module")
def expected(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    index = tmp_path_factory.mktemp("one") / "index"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partition, "PART_FILES", PART_FILES)
        build_cluster(folder, SharedStore(str(index)), InOrder(), FakeEncoder, silent, shards=3)
    return seen_by_readers(index)


def build(folder: Path, index: Path, runner: OnRay, progress: Progress = silent) -> BuildReport:
    return build_cluster(folder, SharedStore(str(index)), runner, FakeEncoder, progress, shards=3)


def test_three_machines_write_what_one_writes(
    folder: Path, expected: tuple[object, ...], runner: OnRay, tmp_path: Path
) -> None:
    assert runner.machines == 3
    build(folder, tmp_path / "index", runner)
    assert seen_by_readers(tmp_path / "index") == expected


def test_a_machine_that_is_killed_changes_nothing(
    folder: Path, expected: tuple[object, ...], runner: OnRay, cluster: Any, tmp_path: Path
) -> None:
    killed: list[Any] = []

    def kill_one(stage: str, done: int, total: int) -> None:
        if stage == "encode" and not killed:
            killed.append(sorted(cluster.worker_nodes, key=str)[0])
            cluster.remove_node(killed[0], allow_graceful=False)

    build(folder, tmp_path / "index", runner, kill_one)
    assert len(killed) == 1
    assert seen_by_readers(tmp_path / "index") == expected
    cluster.add_node(**NODE)


def test_a_build_whose_own_process_is_killed_is_taken_up(
    folder: Path, expected: tuple[object, ...], cluster: Any, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    driver = [sys.executable, "-m", "tests.cluster.building.on_ray_driver"]
    died = subprocess.run([*driver, cluster.address, str(folder), str(index), "encode"], cwd=ROOT, timeout=120)
    assert died.returncode == 9
    vectors = {path: path.stat().st_mtime_ns for path in (index / "parts" / "vectors").glob("*.npz")}
    assert vectors
    kept: dict[Path, int] = {}

    def look(stage: str, done: int, total: int) -> None:
        if stage == "index" and not kept:
            kept.update({path: path.stat().st_mtime_ns for path in vectors})

    with connected(cluster.address) as runner:
        report = build(folder, index, runner, look)
    assert report.encoded < report.paragraphs
    assert kept == vectors
    assert seen_by_readers(index) == expected


def load_another_model_elsewhere(process: int) -> FakeEncoder:
    return FakeEncoder(64 if os.getpid() == process else 32)


def test_another_model_on_a_machine_is_refused_in_plain_words(folder: Path, runner: OnRay, tmp_path: Path) -> None:
    load = partial(load_another_model_elsewhere, os.getpid())
    with pytest.raises(ModelMismatch, match="Use the same model on all machines"):
        build_cluster(folder, SharedStore(str(tmp_path / "index")), runner, load, silent, shards=3)
    assert not (tmp_path / "index" / "cluster").exists()


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere.invalid:6379", "nonsense"])
def test_a_wrong_address_is_refused_at_once(address: str) -> None:
    with (
        pytest.raises(BadSetting, match=f"'{address}' is no cluster of Ray .* Give the address of its head"),
        connected(address),
    ):
        pass
