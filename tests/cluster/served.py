"""A cluster of Ray on this machine that serves shards while things go wrong, and what became of the questions."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from qa.answer.engine import Engine
from qa.cluster.manifest import ShardEntry
from qa.errors import ClusterUnavailable
from qa.records import Answer
from qa.requests import AskRequest
from tests.cluster.asking import ask

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
        cells = (self.asked, len(self.taken), self.different, self.unavailable, len(self.failures))
        times = f"{median(self.taken or [0]) * 1000:.0f} | {max(self.taken, default=0):.2f}"
        return f"{' | '.join(map(str, cells))} | {times}"


class Asking:
    """Asks the questions in turn, in a thread, until it is stopped; compares each answer with that of one machine.

    ``expected`` holds the answers by generation and place in ``questions``.
    """

    def __init__(self, engine: Engine, questions: Sequence[AskRequest]) -> None:
        self._engine = engine
        self.questions = questions
        self.expected: dict[tuple[str, int], Answer] = {}
        self.counts = Counts()

    def expect(self, engine: Engine) -> None:
        """Take the answers of this engine for those of its generation."""
        for place, question in enumerate(self.questions):
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
        for place in range(len(self.questions)):
            self._ask(place)
        return self.counts

    def _run(self, stop: threading.Event) -> None:
        place = 0
        while not stop.is_set() or place < len(self.questions):
            self._ask(place % len(self.questions))
            place += 1

    def _ask(self, place: int) -> None:
        counts, begun = self.counts, time.monotonic()
        counts.asked += 1
        try:
            answer = ask(self._engine, self.questions[place])
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

        from tests.cluster.ray_cluster import start_cluster

        head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": OBJECT_STORE_BYTES}
        cluster = start_cluster(head)
        try:
            for _ in range(count):
                add_node(cluster)
            yield cluster
        finally:
            ray.shutdown()
            cluster.shutdown()


def add_node(cluster: Any, **variables: str) -> None:
    """Add a node that can hold a replica of every shard, with these variables in its environment."""
    cluster.add_node(num_cpus=CPUS, object_store_memory=OBJECT_STORE_BYTES, env_vars=variables or None)


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


def node_with_replicas(cluster: Any, shards: Sequence[ShardEntry]) -> Any:
    """Return a node that holds replicas of these shards."""
    first = replicas_of(shards)[shards[0].name][0]
    return next(node for node in cluster.worker_nodes if node.node_id == first["node_id"])


def kill_node(cluster: Any, node: Any, shards: Sequence[ShardEntry]) -> set[str]:
    """Kill all processes of a node; return the ids of the replicas of these shards that it held."""
    running = [one for them in replicas_of(shards).values() for one in them]
    cluster.remove_node(node, allow_graceful=False)
    return {one["replica_id"] for one in running if one["node_id"] == node.node_id}


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
