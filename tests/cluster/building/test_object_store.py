"""Builds into an object store."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.build.report import BuildReport
from qa.check.absent import find_leftovers, traces_of
from qa.check.cluster.wholeness import find_damage
from qa.cluster.building.build import build_cluster
from qa.cluster.building.runner import InOrder
from qa.cluster.building.scratch import scratch_folders
from qa.cluster.building.shared_store import SharedStore
from qa.cluster.manifest import read_cluster, read_cluster_pointer
from qa.errors import BadSetting, StorageFailed
from qa.progress import silent
from tests.cluster.building.articles import write_articles
from tests.cluster.building.contents import seen_by_readers
from tests.cluster.building.object_store import NEEDS_SERVER, become, s3fs
from tests.fakes import FakeEncoder

pytestmark = NEEDS_SERVER


def build(folder: Path, address: str) -> BuildReport:
    return build_cluster(folder, SharedStore(address), InOrder(), FakeEncoder, silent, shards=2)


def fetched(address: str, target: Path) -> tuple[object, ...]:
    SharedStore(address).fetch_folder("", target)
    return seen_by_readers(target)


def test_a_build_into_an_object_store_and_its_update_equal_those_into_a_folder(bucket: str, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    write_articles(folder, 20)
    for step in ("first", "update"):
        here, there = build(folder, str(tmp_path / "index")), build(folder, f"{bucket}/index")
        assert (here.articles, here.encoded, here.reused) == (there.articles, there.encoded, there.reused)
        assert fetched(f"{bucket}/index", tmp_path / step) == seen_by_readers(tmp_path / "index")
        names = SharedStore(f"{bucket}/index").names
        assert {"blocks", "cluster", "clusters", "generations"} <= set(names(""))
        left = s3fs.S3FileSystem(use_listings_cache=False).find("archive/index")
        assert [name for name in left if name.startswith("archive/index/parts/")] == []
        assert names("blocks") == sorted(path.name for path in (tmp_path / "index" / "blocks").iterdir())
        (folder / "d999.txt").write_text("One more\n\nAn otter swam below the mill for two hours.\n", "utf-8")
    assert here.encoded == 2


def test_removed_text_is_in_no_object_and_what_is_damaged_is_mended(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    folder, store = tmp_path / "articles", SharedStore(f"{bucket}/removal")
    write_articles(folder, 12)
    others = [path.read_text("utf-8") for path in folder.iterdir()]
    secret = "A zymurgist hid nineteen copper kettles beneath the vicarage floor."
    (folder / "c500.txt").write_text(f"Report 500 of the valley\n\n{secret}\n", "utf-8")
    traces = traces_of(secret, others, FakeEncoder())
    build(folder, store.address)
    with store.as_folder() as index:
        assert "table texts" in {one.form for one in find_leftovers(traces, [index])}
    (folder / "c500.txt").unlink()
    assert build(folder, store.address).removed == 1
    with store.as_folder() as index:
        assert find_leftovers(traces, [index]) == []
        current = read_cluster_pointer(index)
        assert find_damage(index, current) == []
        shard = read_cluster(index, current).shards[0].name
    s3fs.S3FileSystem().pipe_file(f"archive/removal/generations/{shard}/dense.faiss", b"other")
    with store.as_folder() as index:
        [line] = find_damage(index, current)
        assert line.startswith(f"{shard}: {index}/generations/{shard}/dense.faiss has 5 bytes instead of ")
    build_cluster(folder, store, InOrder(), FakeEncoder, silent, shards=2, rebuild=True)
    with store.as_folder() as index:
        assert find_damage(index, read_cluster_pointer(index)) == []
    assert scratch_folders() == []


def test_only_one_of_two_builds_switches(bucket: str) -> None:
    store = SharedStore(f"{bucket}/switch")
    assert store.replace("cluster", b"first", None)
    assert not store.replace("cluster", b"second", None)
    assert store.replace("cluster", b"second", b"first")
    assert not store.replace("cluster", b"third", b"first")
    assert store.read("cluster") == b"second"


def test_half_an_upload_is_completed(bucket: str, tmp_path: Path) -> None:
    store = SharedStore(f"{bucket}/half")
    shard = tmp_path / "shard"
    shard.mkdir()
    for name in ("text.sqlite", "manifest.json"):
        (shard / name).write_text(name)
    with store.workplace() as place:
        (place / "part").write_text("te")
        store.publish(place / "part", "generations/shard/text.sqlite")
    store.publish(shard, "generations/shard")
    assert store.read("generations/shard/text.sqlite") == b"text.sqlite"
    assert store.names("generations/shard") == ["manifest.json", "text.sqlite"]


def test_a_bucket_without_rights_is_refused(bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_articles(tmp_path / "articles", 3)
    become("reader", monkeypatch)
    with pytest.raises(StorageFailed, match=r"cannot use s3://archive/denied/.* Check the space, the rights"):
        build(tmp_path / "articles", f"{bucket}/denied")
    become("nobody", monkeypatch)
    with pytest.raises(StorageFailed, match=r"cannot use s3://archive/denied/.* Check the space, the rights"):
        build(tmp_path / "articles", f"{bucket}/denied")


def test_a_kind_of_store_that_nothing_opens_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="Cannot open nothing://index: "):
        SharedStore("nothing://index").has("cluster")
