"""The check and the search on the nodes of a Ray cluster, and a removal while replicas serve what is removed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("ray")

import ray

from qa.check.absent import traces_of
from qa.check.cluster.removed import search_machines
from qa.cluster.__main__ import main as cut_index
from qa.cluster.building import build as building
from qa.cluster.building.build import build_cluster
from qa.cluster.building.runner import InOrder
from qa.cluster.building.shared_store import SharedStore
from qa.cluster.manifest import ClusterManifest, read_cluster, read_cluster_pointer
from qa.errors import BadSetting
from qa.progress import silent
from qa.settings import Settings
from tests.cli.runs import run_here
from tests.cluster.building.articles import write_articles
from tests.cluster.served import cluster_of_nodes, wait_until
from tests.fakes import FakeEncoder

# Ray's own code warns of itself, also where it is imported.
pytestmark = pytest.mark.filterwarnings("ignore")
NODES = 2
SECRET = "A zymurgist hid nineteen copper kettles beneath the vicarage floor. Only the quixotic sexton knew where."


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The temporary folder of all nodes."""
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="module")
def address(scratch: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_TMPDIR", "/tmp")  # noqa: S108 - the names of its sockets may not be long
        patch.setenv("TMPDIR", str(scratch))
        with cluster_of_nodes(NODES) as cluster:
            yield cluster.address


def current(index: Path) -> ClusterManifest:
    return read_cluster(index, read_cluster_pointer(index))


def test_the_command_checks_what_each_node_sees(address: str, engine_settings: Settings, tmp_path: Path) -> None:
    index = tmp_path / "index"
    assert cut_index([str(engine_settings.index), str(index), "--shards", "2"]) == 0
    ran = run_here("check", "--cluster", address, "--index", str(index))
    assert (ran.code, ran.out.partition(", as seen by")[2]) == (0, f" {NODES + 1} machines.\n")
    path = next(index.glob("generations/*/dense.faiss"))
    path.write_bytes(path.read_bytes()[:-1])
    ran = run_here("check", "--cluster", address, "--index", str(index))
    assert ran.code == 3
    [line, last] = ran.err.splitlines()
    assert line.count("(127.0.0.1:") + line.count(ray.util.get_node_ip_address()) >= NODES + 1
    assert f": {path.parent.name}: {path} has " in line
    assert last.endswith("Build it again with: qa index FOLDER --rebuild --cluster ADDRESS")


def test_the_command_finds_what_a_machine_left_in_its_temporary_folder(
    address: str, scratch: Path, engine_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_DATA", str(tmp_path / "data"))
    index, secret, left = tmp_path / "index", tmp_path / "removed.txt", scratch / "qa-scratch-left"
    assert cut_index([str(engine_settings.index), str(index), "--shards", "2"]) == 0
    secret.write_text(f"Kettles\n\n{SECRET}\n", "utf-8")
    command = ("check", "--absent", str(secret), "--cluster", address, "--index", str(index))
    left.mkdir()
    (left / "part").write_text(SECRET, "utf-8")
    ran = run_here(*command)
    assert ran.code == 1
    places = {line.partition(": ")[0] for line in ran.out.splitlines()[:-1]}
    assert len(places) == NODES + 1
    assert all(place.endswith(f":{left / 'part'}") for place in places)
    shutil.rmtree(left)
    ran = run_here(*command)
    assert (ran.code, ran.out.partition(" is stored: ")[0]) == (0, f"Nothing of {secret}")


def test_removed_text_goes_from_the_disk_and_from_running_replicas(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qa.cluster.machines.on_ray import Nodes
    from qa.cluster.serving.deployment import connect, deploy, retire

    monkeypatch.setattr(building, "READERS_SECONDS", 0.0)
    articles, index = tmp_path / "articles", tmp_path / "index"
    write_articles(articles, 12)
    secret = articles / "c500.txt"
    secret.write_text(f"Report 500 of the valley\n\n{SECRET}\n", "utf-8")

    def build() -> int:
        report = build_cluster(articles, SharedStore(str(index)), InOrder(), FakeEncoder, silent, shards=2)
        return report.shards_still_read

    others = [path.read_text("utf-8") for path in articles.iterdir() if path != secret]
    traces = traces_of(SECRET, others, FakeEncoder())
    build()
    before = current(index).shards
    connect(address)
    try:
        deploy(index, before, FakeEncoder().fingerprint, 1)
        nodes = Nodes()
        assert nodes.served_shards() == {one.name for one in before}
        secret.unlink()
        assert build() == 1
        [replaced] = set(before) - set(current(index).shards)
        found = search_machines(traces, index, current(index), nodes)
        assert {one.path.name for one in found} >= {"text.sqlite"}
        shutil.rmtree(index / "generations" / replaced.name)
        [one] = [one for one in search_machines(traces, index, current(index), nodes) if one.form == "replica"]
        assert str(one.path) == replaced.name
        retire([replaced])
        wait_until(lambda: replaced.name not in nodes.served_shards())
        build()
        assert search_machines(traces, index, current(index), nodes) == []
    finally:
        ray.serve.shutdown()
        ray.shutdown()


def test_a_wrong_address_is_refused() -> None:
    from qa.cluster.machines.on_ray import nodes_of

    with pytest.raises(BadSetting, match="is no cluster of Ray"), nodes_of("127.0.0.1:1"):
        pass
