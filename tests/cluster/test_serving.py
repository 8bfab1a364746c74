"""Shards served by Ray on three nodes of this machine, while a replica and a node die and a generation is replaced."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import web
from qa.answer.engine import Engine
from qa.cluster.__main__ import main as cut_index
from qa.cluster.manifest import read_cluster, read_cluster_pointer
from qa.errors import BadSetting, ClusterUnavailable
from qa.factory import build_index, open_cluster_engine
from qa.progress import silent
from qa.settings import Settings
from tests.cluster.asking import QUESTIONS
from tests.cluster.served import (
    Asking,
    all_replicas_run,
    cluster_of_nodes,
    kill_a_node,
    kill_a_replica,
    wait_until,
)
from web.problems import UNAVAILABLE

pytestmark = pytest.mark.filterwarnings("ignore")
SHARDS, REPLICAS = 2, 2


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


def test_no_answer_differs_or_fails_while_parts_of_the_cluster_do(
    engine: Engine, engine_settings: Settings, index: Path
) -> None:
    with cluster_of_nodes() as cluster:
        settings = Settings(index=index, cluster=cluster.address, replicas=REPLICAS)
        with closing(open_cluster_engine(settings)) as front:
            asking = Asking(front, QUESTIONS)
            asking.expect(engine)
            shards = read_cluster(index, read_cluster_pointer(index)).shards
            wait_until(lambda: all_replicas_run(shards, REPLICAS))
            assert asking.all_once().outcome == (0, 0, [])

            with asking.under_load() as counts:
                kill_a_replica(shards[0].name)
                wait_until(lambda: all_replicas_run(shards, REPLICAS))
            assert counts.outcome == (0, 0, [])

            with asking.under_load() as counts:
                kill_a_node(cluster)
                wait_until(lambda: all_replicas_run(shards, REPLICAS))
            assert counts.outcome == (0, 0, [])

            path = engine_settings.articles / "harbour" / "99.txt"
            path.write_text("The pier\n\nThe pier of Riverton was opened in 1911.\n", encoding="utf-8")
            build_index(engine_settings, progress=silent)
            wait_until(lambda: engine.snapshot.info.articles == 13)
            asking.expect(engine)
            with asking.under_load() as counts:
                cut_index([str(engine_settings.index), str(index), "--shards", str(SHARDS)])
                wait_until(lambda: len(counts.generations) == 2)
            assert counts.outcome == (0, 0, [])

            for _ in range(2):
                kill_a_node(cluster)
            front.snapshot._shards._hedger._deadline = 2.0  # type: ignore[attr-defined]
            wait_until(lambda: is_unavailable(front))
            site = web.create_app(front, replace(settings, data=index.parent)).test_client()
            refused = site.post("/v1/ask", json={"question": QUESTIONS[0].question})
            assert refused.status_code == 503
            assert refused.get_json()["detail"] == UNAVAILABLE


def test_an_address_without_a_cluster_is_refused(index: Path) -> None:
    with pytest.raises(BadSetting, match=r"'127\.0\.0\.1:1' is no cluster of Ray .* that can be joined"):
        open_cluster_engine(Settings(index=index, cluster="127.0.0.1:1"))
