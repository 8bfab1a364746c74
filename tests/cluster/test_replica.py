"""What a front end and a replica refuse to start with: a wrong address, other versions, models and files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

pytest.importorskip("ray")

from qa.cluster.__main__ import main as cut_index
from qa.cluster.manifest import ClusterManifest, read_cluster, read_cluster_pointer
from qa.cluster.serving.replica import ONGOING_CALLS, Replica, find_versions
from qa.cluster.shard import Shard
from qa.errors import BadSetting, IndexCorrupt, ModelMismatch, QAError
from qa.factory import open_cluster_engine
from qa.settings import Settings
from qa.store.folder.layout import generation_folder

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def index(engine_settings: Settings, tmp_path: Path) -> Path:
    cut_index([str(engine_settings.index), str(tmp_path / "index"), "--shards", "2"])
    return tmp_path / "index"


def manifest_of(index: Path) -> ClusterManifest:
    return read_cluster(index, read_cluster_pointer(index))


def start(index: Path, fingerprint: str = "", versions: Mapping[str, str] | None = None) -> Replica:
    manifest = manifest_of(index)
    first = manifest.shards[0]
    return Replica(
        str(index), first.name, first.sha256, fingerprint or manifest.fingerprint, versions or find_versions()
    )


def test_it_answers_on_threads_that_need_nothing_more_of_the_folder(index: Path) -> None:
    started = start(index)
    first = manifest_of(index).shards[0]
    generation_folder(index, first.name).text.unlink()

    async def ask() -> list[object]:
        return list(await asyncio.gather(*[started.call(first_article) for _ in range(3 * ONGOING_CALLS)]))

    def first_article(shard: Shard) -> str:
        return shard.article(first.first_id).id

    assert asyncio.run(ask()) == [first.first_id] * 3 * ONGOING_CALLS


@pytest.mark.parametrize("name", ["qa-articles", "index format", "tantivy"])
def test_another_version_on_a_node_is_refused(index: Path, name: str) -> None:
    with pytest.raises(BadSetting, match=rf"The machine .* has {name} .*, the front end has 0\.0\.1\. Install"):
        start(index, versions=find_versions() | {name: "0.0.1"})


def test_another_model_is_refused(index: Path) -> None:
    with pytest.raises(ModelMismatch, match=r"On the machine .*model"):
        start(index, fingerprint="0" * 64)


@pytest.mark.parametrize("harm", ["removed", "cut short", "flipped"])
@pytest.mark.parametrize("name", ["text.sqlite", "manifest.json", "lengths.json"])
def test_a_file_of_the_shard_that_is_missing_or_damaged_is_refused(index: Path, name: str, harm: str) -> None:
    path = generation_folder(index, manifest_of(index).shards[0].name).path / name
    content = path.read_bytes()
    path.unlink()
    if harm != "removed":
        path.write_bytes(content[:-7] if harm == "cut short" else bytes([content[0] ^ 1]) + content[1:])
    with pytest.raises(IndexCorrupt, match=r"On the machine .*" + name.replace(".", r"\.")):
        start(index)


def test_a_folder_that_is_not_mounted_on_a_node_is_refused(index: Path, tmp_path: Path) -> None:
    manifest = manifest_of(index)
    first = manifest.shards[0]
    with pytest.raises(QAError, match=r"On the machine .*elsewhere.* is missing") as caught:
        Replica(str(tmp_path / "elsewhere"), first.name, first.sha256, manifest.fingerprint, find_versions())
    assert caught.value.exit_code == 3


def test_an_address_without_a_cluster_is_refused(index: Path) -> None:
    with pytest.raises(BadSetting, match=r"'127\.0\.0\.1:1' is no cluster of Ray .* that can be joined"):
        open_cluster_engine(Settings(index=index, cluster="127.0.0.1:1"))
