"""Shards served by Ray on three nodes of this machine, while parts of the cluster fail and a generation is replaced."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import web
from qa.answer.engine import Engine
from qa.cluster.__main__ import main as cut_index
from qa.cluster.layout import cluster_folder
from qa.cluster.manifest import ShardEntry, read_cluster, read_cluster_pointer
from qa.cluster.snapshot import ShardedSnapshot
from qa.errors import ClusterUnavailable
from qa.factory import build_index, open_cluster_engine
from qa.progress import silent
from qa.settings import Settings
from qa.store.folder.layout import generation_folder
from tests.cluster.asking import QUESTIONS, over
from tests.cluster.served import (
    NODES,
    Asking,
    add_node,
    cluster_of_nodes,
    kill_a_replica,
    kill_node,
    node_with_replicas,
    stopped,
    wait_for_replicas,
    wait_until,
)
from web.problems import UNAVAILABLE

pytestmark = pytest.mark.filterwarnings("ignore")
SHARDS, REPLICAS = 2, 2


@dataclass
class Served:
    """A front end over a cluster, with what is asked of it."""

    cluster: Any
    settings: Settings
    front: Engine
    asking: Asking

    @property
    def shards(self) -> tuple[ShardEntry, ...]:
        """The shards of the current generation."""
        return read_cluster(self.settings.index, read_cluster_pointer(self.settings.index)).shards


class Held:
    """Always the same snapshot; implements SnapshotSource."""

    def __init__(self, snapshot: ShardedSnapshot) -> None:
        self._snapshot = snapshot

    def current(self) -> ShardedSnapshot:
        return self._snapshot

    def close(self) -> None:
        """Whose source it was closes it."""


def is_unavailable(front: Engine) -> bool:
    """Return whether a question is refused, which it is when the processes of dead nodes have ended."""
    try:
        front.ask(QUESTIONS[0])
    except ClusterUnavailable as error:
        return str(error) == "A part of the index has no copy that answers. Try again in a moment."
    return False


@pytest.fixture(scope="module")
def index(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the index in shards."""
    folder = tmp_path_factory.mktemp("served") / "index"
    cut_index([str(engine_settings.index), str(folder), "--shards", str(SHARDS)])
    return folder


@pytest.fixture(scope="module")
def front_end(engine: Engine, index: Path) -> Iterator[Served]:
    """A front end of the cluster, which is asked what one machine answers."""
    with cluster_of_nodes() as cluster:
        settings = Settings(index=index, cluster=cluster.address, replicas=REPLICAS)
        with closing(open_cluster_engine(settings)) as front:
            asking = Asking(front, QUESTIONS)
            asking.expect(engine)
            yield Served(cluster, settings, front, asking)


@pytest.fixture
def served(front_end: Served) -> Served:
    """The front end with all nodes and replicas that it should have."""
    while len(front_end.cluster.worker_nodes) < NODES:
        add_node(front_end.cluster)
    wait_for_replicas(front_end.shards, REPLICAS)
    return front_end


def test_three_nodes_answer_what_one_machine_does(served: Served) -> None:
    assert served.asking.all_once().outcome == (0, 0, [])


def test_no_question_fails_or_differs_while_a_replica_is_killed(served: Served) -> None:
    with served.asking.under_load() as counts:
        wait_for_replicas(served.shards, REPLICAS, kill_a_replica(served.shards))
    assert counts.outcome == (0, 0, [])


def test_no_question_fails_or_differs_while_a_node_does_not_answer(served: Served) -> None:
    node = node_with_replicas(served.cluster, served.shards)
    with stopped(node):
        assert served.asking.all_once().outcome == (0, 0, [])
    assert served.asking.all_once().outcome == (0, 0, [])


def test_no_question_fails_or_differs_while_a_node_is_killed(served: Served) -> None:
    node = node_with_replicas(served.cluster, served.shards)
    with served.asking.under_load() as counts:
        wait_for_replicas(served.shards, REPLICAS, kill_node(served.cluster, node, served.shards))
    assert counts.outcome == (0, 0, [])


def test_no_question_fails_or_differs_while_a_generation_is_replaced_and_removed(
    served: Served, engine: Engine, engine_settings: Settings
) -> None:
    before = served.front.snapshot
    assert isinstance(before, ShardedSnapshot)
    path = engine_settings.articles / "harbour" / "99.txt"
    path.write_text("The pier\n\nThe pier of Riverton was opened in 1911.\n", encoding="utf-8")
    build_index(engine_settings, progress=silent)
    wait_until(lambda: engine.snapshot.info.articles == 13)
    served.asking.expect(engine)
    index = served.settings.index
    with served.asking.under_load() as counts:
        cut_index([str(engine_settings.index), str(index), "--shards", str(SHARDS)])
        wait_until(lambda: len(counts.generations) == 2)
    assert counts.outcome == (0, 0, [])

    shutil.rmtree(cluster_folder(index, before.manifest.name))
    for shard in set(before.manifest.shards) - set(served.shards):
        shutil.rmtree(generation_folder(index, shard.name).path)
    late = Asking(over(served.front, Held(before)), QUESTIONS)
    late.expected = served.asking.expected
    assert late.all_once().outcome == (0, 0, [])
    assert late.counts.generations == {before.manifest.name}


def test_a_shard_that_no_node_can_open_is_refused_until_it_is_whole_again(
    served: Served, engine_settings: Settings, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    cut_index([str(engine_settings.index), str(index), "--shards", "1"])
    settings = replace(served.settings, index=index, replicas=1)
    path = next(index.glob("generations/*/text.sqlite"))
    path.rename(index / "away")
    with pytest.raises(ClusterUnavailable, match=r"A part of the index cannot be served. On the machine .* is missing"):
        open_cluster_engine(settings)
    (index / "away").rename(path)
    with closing(open_cluster_engine(settings)) as front:
        assert front.ask(QUESTIONS[0]).citations


def test_a_question_is_refused_when_all_nodes_are_gone(served: Served) -> None:
    for node in list(served.cluster.worker_nodes):
        served.cluster.remove_node(node, allow_graceful=False)
    served.front.snapshot._shards._hedger._deadline = 2.0  # type: ignore[attr-defined]
    wait_until(lambda: is_unavailable(served.front))
    site = web.create_app(served.front, replace(served.settings, data=served.settings.index.parent)).test_client()
    refused = site.post("/v1/ask", json={"question": QUESTIONS[0].question})
    assert refused.status_code == 503
    assert refused.get_json()["detail"] == UNAVAILABLE
