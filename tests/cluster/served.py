"""A cluster of Ray on this machine that serves shards while things go wrong; prints its counts as lines of text.

    python -m tests.cluster.served INDEX [QUESTIONS]

INDEX is an index of one machine, QUESTIONS a file of JSON Lines with the question in ``question``; without it the
questions of the tests are asked. Three nodes serve three shards by two replicas each.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from qa.answer.engine import Engine
from qa.cluster.__main__ import main as cut_index
from qa.cluster.manifest import ShardEntry, read_cluster, read_cluster_pointer
from qa.errors import ClusterUnavailable
from qa.factory import open_cluster_engine, open_engine
from qa.records import Answer
from qa.requests import AskRequest
from qa.settings import Settings
from tests.benchmarks.figures import memory_mb
from tests.cluster.asking import QUESTIONS, ask

NODES, CPUS, SHARDS, REPLICAS = 3, 4, 3, 2
OBJECT_STORE_BYTES = 100 << 20


@dataclass
class Counts:
    """What became of the questions asked; ``slowest`` in seconds, ``taken`` of each answered one."""

    asked: int = 0
    different: int = 0
    unavailable: int = 0
    failures: list[str] = field(default_factory=list)
    generations: set[str] = field(default_factory=set)
    taken: list[float] = field(default_factory=list)

    @property
    def outcome(self) -> tuple[int, int, list[str]]:
        """How many answers differ, how many questions got a 503, and which failed otherwise."""
        return self.different, self.unavailable, self.failures

    def __str__(self) -> str:
        return (
            f"{self.asked} asked, {len(self.taken)} answered, {self.different} different, {self.unavailable} with 503,"
            f" {len(self.failures)} failed, p50 {median(self.taken or [0]) * 1000:.0f} ms, slowest"
            f" {max(self.taken, default=0):.2f} s"
        )


class Asking:
    """Asks the questions in turn, in a thread, until it is stopped; compares each answer with that of one machine.

    ``expected`` holds the answers by generation and place of the question.
    """

    def __init__(self, engine: Engine, questions: Sequence[AskRequest]) -> None:
        self._engine = engine
        self._questions = questions
        self.expected: dict[tuple[str, int], Answer] = {}
        self.counts = Counts()

    def expect(self, engine: Engine) -> None:
        """Take the answers of this engine for those of its generation."""
        for place, question in enumerate(self._questions):
            answer = ask(engine, question)
            self.expected[answer.index.generation, place] = answer

    @contextmanager
    def under_load(self) -> Iterator[Counts]:
        """Ask as long as the block runs, and once more after it; yields the counts."""
        self.counts, stop = Counts(), threading.Event()
        thread = threading.Thread(target=self._run, args=(stop,))
        thread.start()
        try:
            yield self.counts
        finally:
            stop.set()
            thread.join()

    def all_once(self) -> Counts:
        """Ask every question once."""
        self.counts = Counts()
        for place in range(len(self._questions)):
            self._ask(place)
        return self.counts

    def _run(self, stop: threading.Event) -> None:
        place = 0
        while not stop.is_set() or place < len(self._questions):
            self._ask(place % len(self._questions))
            place += 1

    def _ask(self, place: int) -> None:
        counts, begun = self.counts, time.monotonic()
        counts.asked += 1
        try:
            answer = ask(self._engine, self._questions[place])
        except ClusterUnavailable:
            counts.unavailable += 1
        except Exception as error:
            counts.failures.append(repr(error))
        else:
            counts.taken.append(time.monotonic() - begun)
            counts.generations.add(answer.index.generation)
            counts.different += answer != self.expected[answer.index.generation, place]


@contextmanager
def cluster_of_nodes(count: int = NODES) -> Iterator[Any]:
    """Run a cluster of Ray with a head that serves nothing, and this many nodes, which import this checkout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        import ray
        from ray.cluster_utils import Cluster

        head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": OBJECT_STORE_BYTES}
        cluster: Any = Cluster(initialize_head=True, head_node_args=head)
        try:
            for _ in range(count):
                add_node(cluster)
            yield cluster
        finally:
            ray.shutdown()
            cluster.shutdown()


def add_node(cluster: Any) -> None:
    """Add a node that can hold a replica of every shard."""
    cluster.add_node(num_cpus=CPUS, object_store_memory=OBJECT_STORE_BYTES)


def replicas_of(shards: Sequence[ShardEntry]) -> dict[str, list[dict[str, Any]]]:
    """Return the replicas of each of these shards that run, as Ray Serve describes them."""
    from ray.serve.context import _get_global_client

    from qa.cluster.serving.deployment import DEPLOYMENT, application

    applications = _get_global_client().get_serve_details()["applications"]
    found = {one.name: applications.get(application(one), {"deployments": {}})["deployments"] for one in shards}
    return {
        name: [one for one in of.get(DEPLOYMENT, {"replicas": []})["replicas"] if one["state"] == "RUNNING"]
        for name, of in found.items()
    }


def wait_for_replicas(shards: Sequence[ShardEntry], replicas: int, gone: Collection[str] = ()) -> None:
    """Wait until each of these shards has this many replicas that run, and none of them is one of those gone."""

    def holds() -> bool:
        running = replicas_of(shards)
        ids = {one["replica_id"] for them in running.values() for one in them}
        return all(len(them) == replicas for them in running.values()) and ids.isdisjoint(gone)

    wait_until(holds)


def kill_a_replica(shards: Sequence[ShardEntry]) -> set[str]:
    """Kill the process of one replica of the first shard; return its id."""
    killed = replicas_of(shards)[shards[0].name][0]
    os.kill(killed["pid"], signal.SIGKILL)
    return {killed["replica_id"]}


def node_with_replicas(cluster: Any, shards: Sequence[ShardEntry]) -> tuple[Any, set[str]]:
    """Return a node that holds replicas of these shards, and their ids."""
    running = [one for them in replicas_of(shards).values() for one in them]
    node = next(node for node in cluster.worker_nodes if node.node_id == running[0]["node_id"])
    return node, {one["replica_id"] for one in running if one["node_id"] == node.node_id}


def kill_a_node(cluster: Any, shards: Sequence[ShardEntry]) -> set[str]:
    """Kill all processes of one node that holds replicas; return their ids."""
    node, ids = node_with_replicas(cluster, shards)
    cluster.remove_node(node, allow_graceful=False)
    return ids


@contextmanager
def stopped(node: Any) -> Iterator[None]:
    """Stop all processes of a node while the block runs: for the others this is a link that is cut and mended."""
    processes = [found.process.pid for kind in node.all_processes.values() for found in kind]
    for process in processes:  # grows
        children = Path(f"/proc/{process}/task/{process}/children")
        processes += map(int, children.read_text().split() if children.exists() else ())
    try:
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


def wait_until(holds: Callable[[], bool], seconds: float = 240) -> None:
    """Wait until something holds; raises TimeoutError."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.2)


def main(index: Path, questions: Sequence[AskRequest]) -> None:
    """Serve an index in shards, kill a replica and a node under load, and print what became of the questions."""
    folder = Path(tempfile.mkdtemp())
    cut_index([str(index), str(folder), "--shards", str(SHARDS)])
    shards = read_cluster(folder, read_cluster_pointer(folder)).shards
    with cluster_of_nodes() as cluster:
        settings = Settings(index=folder, cluster=cluster.address, replicas=REPLICAS)
        with closing(open_cluster_engine(settings)) as engine, closing(open_engine(Settings(index=index))) as whole:
            wait_for_replicas(shards, REPLICAS)
            for question in questions:
                engine.ask(question)
            # Before the index of one machine is asked, which the same process has opened for comparison.
            print(f"front end: {memory_mb('RssAnon'):.0f} MB of its own, {memory_mb():.0f} resident", flush=True)
            asking, alone = Asking(engine, questions), Asking(whole, questions)
            for one in (asking, alone):
                one.expect(whole)
            print("one machine:", alone.all_once(), flush=True)
            print(f"{SHARDS} shards:", asking.all_once(), flush=True)
            harms: dict[str, Callable[[], set[str]]] = {
                "a replica killed": partial(kill_a_replica, shards),
                "a node killed": partial(kill_a_node, cluster, shards),
            }
            for what, harm in harms.items():
                with asking.under_load() as counts:
                    harm()
                    wait_for_replicas(shards, REPLICAS)
                print(f"{what}:", counts, *counts.failures[:3], flush=True)


if __name__ == "__main__":
    lines = Path(sys.argv[2]).read_text(encoding="utf-8").splitlines() if len(sys.argv) > 2 else []
    main(Path(sys.argv[1]), [AskRequest(json.loads(line)["question"]) for line in lines] or QUESTIONS)
