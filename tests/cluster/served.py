"""A cluster of Ray on this machine that serves shards while things go wrong; prints its counts as lines of text.

    python -m tests.cluster.served INDEX [QUESTIONS]

INDEX is an index of one machine, QUESTIONS a file of JSON Lines with the question in ``question``; without it the
questions of the tests are asked. Three nodes serve three shards by two replicas each.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
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

        memory: dict[str, Any] = {"object_store_memory": OBJECT_STORE_BYTES}
        cluster: Any = Cluster(
            initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False, **memory}
        )
        try:
            for _ in range(count):  # each can hold a replica of every shard
                cluster.add_node(num_cpus=CPUS, **memory)
            yield cluster
        finally:
            ray.shutdown()
            cluster.shutdown()


def kill_a_node(cluster: Any) -> None:
    """Kill all processes of one node."""
    cluster.remove_node(next(iter(cluster.worker_nodes)), allow_graceful=False)


def kill_a_replica(shard: str) -> None:
    """Kill the process of one replica of this shard."""
    import ray
    from ray.util import list_named_actors

    found = [one for one in list_named_actors(all_namespaces=True) if shard in one["name"]]
    ray.kill(ray.get_actor(found[0]["name"], namespace=found[0]["namespace"]))


def all_replicas_run(shards: Sequence[ShardEntry], replicas: int) -> bool:
    """Return whether each of these shards has this many replicas that run."""
    from qa.cluster.serving.deployment import application, running_replicas

    return all(running_replicas(application(one)) == replicas for one in shards)


def wait_until(holds: Callable[[], bool], seconds: float = 240) -> None:
    """Wait until something holds, and a moment longer; raises TimeoutError."""
    end = time.monotonic() + seconds
    time.sleep(2)
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
            wait_until(lambda: all_replicas_run(shards, REPLICAS))
            for question in questions:
                engine.ask(question)
            # Before the index of one machine is asked, which the same process has opened for comparison.
            print(f"front end: {memory_mb('RssAnon'):.0f} MB of its own, {memory_mb():.0f} resident", flush=True)
            asking, alone = Asking(engine, questions), Asking(whole, questions)
            for one in (asking, alone):
                one.expect(whole)
            print("one machine:", alone.all_once(), flush=True)
            print(f"{SHARDS} shards:", asking.all_once(), flush=True)
            harms: dict[str, Callable[[], None]] = {
                "a replica killed": partial(kill_a_replica, shards[0].name),
                "a node killed": partial(kill_a_node, cluster),
            }
            for what, harm in harms.items():
                with asking.under_load() as counts:
                    harm()
                    wait_until(lambda: all_replicas_run(shards, REPLICAS))
                print(f"{what}:", counts, *counts.failures[:3], flush=True)


if __name__ == "__main__":
    lines = Path(sys.argv[2]).read_text(encoding="utf-8").splitlines() if len(sys.argv) > 2 else []
    main(Path(sys.argv[1]), [AskRequest(json.loads(line)["question"]) for line in lines] or QUESTIONS)
