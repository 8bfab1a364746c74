"""The whole sweep of failures under serving; prints a table of what became of the questions.

    python -m tests.cluster.failures INDEX [QUESTIONS]

INDEX is an index of one machine, QUESTIONS a file of JSON Lines with the question in ``question``; without it the
questions of the tests are asked. Three nodes serve three shards by two replicas each. It mounts a small disk, which
takes the rights of root. The head is killed where a valkey-server or redis-server is found to keep what it knows.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qa.answer.engine import Engine
from qa.cluster.__main__ import main as cut_index
from qa.cluster.manifest import ShardEntry, read_cluster, read_cluster_pointer
from qa.factory import open_cluster_engine, open_engine
from qa.requests import AskRequest
from qa.settings import Settings
from tests.benchmarks.figures import memory_mb
from tests.benchmarks.serving import HEADERS, server
from tests.cluster.asking import QUESTIONS
from tests.cluster.served import (
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

SHARDS, REPLICAS = 3, 2


@dataclass
class Sweep:
    """A front end over a cluster, and the index of one machine that its shards are cut from."""

    cluster: Any
    index: Path
    folder: Path
    disk: Path
    front: Engine
    asking: Asking

    @property
    def shards(self) -> tuple[ShardEntry, ...]:
        """The shards of the current generation."""
        return read_cluster(self.folder, read_cluster_pointer(self.folder)).shards

    def cut(self, shards: int) -> None:
        """Make a new generation of this many shards current."""
        cut_index([str(self.index), str(self.folder), "--shards", str(shards)])

    def settle(self) -> None:
        """Wait until the front end answers from the current generation and each of its shards has all replicas."""
        wait_until(lambda: self.front.snapshot.manifest.shards == self.shards)  # type: ignore[attr-defined]
        wait_for_replicas(self.shards, REPLICAS)

    def ask_all(self) -> None:
        """Wait until as many more questions were asked as there are."""
        asked = self.asking.counts.asked
        wait_until(lambda: self.asking.counts.asked >= asked + len(self.asking.expected))


def kill_replica(sweep: Sweep) -> None:
    """A replica is killed; Ray Serve starts another."""
    wait_for_replicas(sweep.shards, REPLICAS, kill_a_replica(sweep.shards))


def stop_node(sweep: Sweep) -> None:
    """All processes of a node are stopped, as if its link was cut, and continued after every question was asked."""
    node = node_with_replicas(sweep.cluster, sweep.shards)
    with stopped(node):
        sweep.ask_all()


def lose_node(sweep: Sweep) -> None:
    """A node is killed; its replicas are started on the others, and a new node joins."""
    node = node_with_replicas(sweep.cluster, sweep.shards)
    wait_for_replicas(sweep.shards, REPLICAS, kill_node(sweep.cluster, node, sweep.shards))
    add_node(sweep.cluster)


def cut_twice_at_once(sweep: Sweep) -> None:
    """The index is cut twice at the same time into the same folder, into four shards and into five."""
    threads = [threading.Thread(target=sweep.cut, args=(shards,)) for shards in (SHARDS + 1, SHARDS + 2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    sweep.settle()


def kill_head(sweep: Sweep) -> None:
    """The head loses the process that knows the cluster; it is started again after every question was asked."""
    sweep.cluster.head_node.kill_gcs_server()
    sweep.ask_all()
    sweep.cluster.head_node.start_gcs_server()
    wait_for_replicas(sweep.shards, REPLICAS, kill_a_replica(sweep.shards))


def fill_disk(sweep: Sweep) -> None:
    """A generation is replaced while the temporary folder of one of two nodes is full."""
    before = list(sweep.cluster.worker_nodes)
    add_node(sweep.cluster, TMPDIR=str(sweep.disk))
    for node in before[1:]:
        wait_for_replicas(sweep.shards, REPLICAS, kill_node(sweep.cluster, node, sweep.shards))
    with (sweep.disk / "fill").open("wb") as file:
        file.write(bytes(shutil.disk_usage(sweep.disk).free))
    sweep.cut(SHARDS)
    sweep.settle()


def kill_front(sweep: Sweep) -> None:
    """Another front end is killed while it is asked; this one answers, and the other answers again once started."""
    settings = {"QA_CLUSTER": sweep.cluster.address, "QA_REPLICAS": REPLICAS}
    data = Path(tempfile.mkdtemp())
    questions = [asked.question for asked in sweep.asking.questions]
    with server(sweep.folder, data, settings) as (process, address):
        threading.Timer(1, process.kill).start()
        with suppress(OSError, HTTPException):
            while process.poll() is None:
                ask_over_http(address, questions)
        process.wait()
    sweep.ask_all()
    with server(sweep.folder, data, settings) as (process, address):
        answers = ask_over_http(address, questions)
        own, resident = (memory_mb(kind, process.pid) for kind in ("RssAnon", "VmRSS"))
    print(f"a front end: {own:.0f} MB of its own, {resident:.0f} resident", flush=True)
    expected = [sweep.asking.expected[sweep.front.snapshot.info.generation, place] for place in range(len(questions))]
    if answers != [[citation.quote for citation in answer.citations] for answer in expected]:
        raise RuntimeError(f"A front end that was started again answers: {answers}")


def ask_over_http(address: str, questions: Sequence[str]) -> list[list[str]]:
    """Return the quotations of the answer to each question."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    quotes = []
    with closing(connection):
        for question in questions:
            connection.request("POST", "/v1/ask", json.dumps({"question": question}), HEADERS)
            answer = json.loads(connection.getresponse().read())
            quotes.append([citation["quote"] for citation in answer["citations"]])
    return quotes


HARMS: dict[str, Callable[[Sweep], None]] = {
    "a replica killed": kill_replica,
    "a node stopped and continued": stop_node,
    "a node killed": lose_node,
    "another front end killed and started again": kill_front,
    "a generation cut twice at once, and replaced": cut_twice_at_once,
    "the head killed and started again": kill_head,
    "a disk full, and a generation replaced": fill_disk,
}


@contextmanager
def head_store() -> Iterator[bool]:
    """Run a store in which heads keep what they know; yields whether a program for that was found."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        yield False
        return
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    store = subprocess.Popen([program, "--port", str(port), "--save", ""], stdout=subprocess.DEVNULL)
    os.environ["RAY_REDIS_ADDRESS"] = f"127.0.0.1:{port}"
    try:
        yield True
    finally:
        del os.environ["RAY_REDIS_ADDRESS"]
        store.terminate()
        store.wait()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk of 4 MB in a folder."""
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "qa-disk", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def main(index: Path, questions: Sequence[AskRequest]) -> None:
    """Serve an index in shards, let things fail under load, and print what became of the questions."""
    folder = Path(tempfile.mkdtemp())
    cut_index([str(index), str(folder / "index"), "--shards", str(SHARDS)])
    with head_store() as kept, small_disk(folder) as disk, cluster_of_nodes() as cluster:
        settings = Settings(index=folder / "index", cluster=cluster.address, replicas=REPLICAS)
        with closing(open_cluster_engine(settings)) as front, closing(open_engine(Settings(index=index))) as whole:
            sweep = Sweep(cluster, index, settings.index, disk, front, Asking(front, questions))
            sweep.settle()
            print("| | asked | answered | different | with 503 | failed | p50, ms | slowest, s |", flush=True)
            alone = Asking(whole, questions)
            for what, asking in (("one machine", alone), (f"{SHARDS} shards", sweep.asking)):
                asking.expect(whole)
                print(f"| {what} | {asking.all_once()} |", flush=True)
            for what, harm in HARMS.items():
                if kept or harm is not kill_head:
                    with sweep.asking.under_load() as counts:
                        harm(sweep)
                    print(f"| {what} | {counts} |", *counts.failures[:3], flush=True)


if __name__ == "__main__":
    lines = Path(sys.argv[2]).read_text(encoding="utf-8").splitlines() if len(sys.argv) > 2 else []
    main(Path(sys.argv[1]), [AskRequest(json.loads(line)["question"]) for line in lines] or QUESTIONS)
