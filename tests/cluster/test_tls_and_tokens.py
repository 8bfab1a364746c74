"""Clusters of two nodes that speak TLS or take a token, started as an administrator starts them.

With SWEEP=whole an index is built and served on them, too. These tests come after the others of clusters: a head that
the same process starts after them does not always come.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

pytest.importorskip("ray")

from tests.cli.runs import PROGRAM, ROOT, environment
from tests.cluster.corpus import write_corpus

pytestmark = pytest.mark.filterwarnings("ignore")
RAY = Path(sys.executable).with_name("ray")
CERTIFICATES = ROOT / "web" / "deploy" / "cluster" / "certificates.sh"
QUESTION = "When was the harbour bridge opened?"
PATIENCE = 240
WHOLE = os.environ.get("SWEEP") == "whole"
# Joins the cluster at ADDRESS and has a task done by each of its two nodes.
JOIN = """
import sys, time
import ray
from qa.cluster.joining import join_cluster
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
join_cluster(sys.argv[1])
end = time.monotonic() + 100
while len(alive := [one["NodeID"] for one in ray.nodes() if one["Alive"]]) < 2:
    assert time.monotonic() < end
    time.sleep(0.2)
where = ray.remote(lambda: ray.get_runtime_context().get_node_id())
on = [where.options(scheduling_strategy=NodeAffinitySchedulingStrategy(one, soft=False)).remote() for one in alive]
assert ray.get(on, timeout=100) == alive
"""


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def nodes(variables: dict[str, str]) -> Iterator[str]:
    """Start a head and a second node with these variables; yields the address of the head."""
    head_port, client, *agents = free_ports(4)
    common = ["start", "--block", "--num-cpus=1", "--object-store-memory=100000000"]
    folder = tempfile.mkdtemp(prefix="qa-", dir="/tmp")  # the paths of sockets are short
    address = f"127.0.0.1:{head_port}"
    kinds = (
        ["--head", f"--port={head_port}", f"--ray-client-server-port={client}", "--include-dashboard=false"],
        [f"--address={address}"],
    )
    started: list[subprocess.Popen[bytes]] = []
    try:
        for kind, agent in zip(kinds, agents, strict=True):
            words = [str(RAY), *common, *kind, f"--dashboard-agent-listen-port={agent}", f"--temp-dir={folder}"]
            with (Path(folder) / f"{agent}.log").open("wb") as log:
                started.append(subprocess.Popen(words, env=environment(**variables), stdout=log, stderr=log))
            wait_for_port(head_port)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_port(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise TimeoutError


def make_certificate(folder: Path) -> dict[str, str]:
    """Return the variables of a node that has a certificate of an authority of its own."""
    from ray.util import get_node_ip_address

    own = get_node_ip_address()
    subprocess.run(["sh", str(CERTIFICATES), str(folder), own], check=True, capture_output=True)
    return {
        "RAY_USE_TLS": "1",
        "RAY_TLS_SERVER_CERT": str(folder / f"{own}.crt"),
        "RAY_TLS_SERVER_KEY": str(folder / f"{own}.key"),
        "RAY_TLS_CA_CERT": str(folder / "ca.crt"),
    }


def write_token(path: Path, token: str) -> dict[str, str]:
    path.write_text(token, "utf-8")
    return {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(path)}


def qa(*words: str, **variables: str) -> tuple[int, str]:
    """Run the program; return its exit code and the last line that it wrote on standard error."""
    done = subprocess.run([*PROGRAM, *words], capture_output=True, env=environment(**variables), timeout=PATIENCE)
    return done.returncode, done.stderr.decode().rstrip().rpartition("\n")[2]


def ask_served(**variables: str) -> str:
    """Start a front end, ask the question, and stop it; return the answer."""
    with subprocess.Popen([*PROGRAM, "serve", "--port", "0"], stderr=-1, env=environment(**variables)) as program:
        assert program.stderr is not None
        site = next(line.split()[1] for line in map(bytes.decode, program.stderr) if line.startswith("Serving"))
        request = urllib.request.Request(f"{site}/v1/ask", json.dumps({"question": QUESTION}).encode())
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            answer = json.load(response)["answer"]
        program.send_signal(signal.SIGTERM)
        assert program.wait(PATIENCE) == 0
    return str(answer)


@pytest.fixture
def index(encoder_folder: Path, tmp_path: Path) -> Path:
    write_corpus(tmp_path / "articles")
    shutil.copytree(encoder_folder, tmp_path / "index" / "encoder")
    return tmp_path / "index"


def check_that_only(ours: dict[str, str], others: dict[str, str], refused: str, index: Path) -> None:
    """Join nodes that have our variables; without them, and with those of others, that is refused."""
    articles = str(index.parent / "articles")
    with nodes(ours) as address:
        settings = {"QA_INDEX": str(index), "QA_CLUSTER": address, "QA_REPLICAS": "1"}
        for variables in ({}, others):
            code, said = qa("index", articles, **settings, **variables)
            assert (code, said.startswith(f"qa: '{address}' is no cluster of Ray")) == (2, True), said
            assert refused in said
        joined = [sys.executable, "-c", JOIN, address]
        subprocess.run(joined, check=True, capture_output=True, env=environment(**ours), timeout=PATIENCE)
        if WHOLE:
            assert qa("index", articles, **settings, **ours)[0] == 0
            assert "1987" in ask_served(**settings, **ours)
            code, said = qa("serve", "--port", "0", **settings)
            assert (code, refused in said) == (2, True), said


def test_a_cluster_that_speaks_tls_is_joined_with_its_certificate_alone(index: Path, tmp_path: Path) -> None:
    ours, others = make_certificate(tmp_path / "ours"), make_certificate(tmp_path / "others")
    check_that_only(ours, others, "Set RAY_USE_TLS=1, RAY_TLS_SERVER_CERT", index)


def test_a_cluster_that_takes_a_token_is_joined_with_it_alone(index: Path, tmp_path: Path) -> None:
    ours, others = write_token(tmp_path / "ours", "7" * 40), write_token(tmp_path / "others", "8" * 40)
    check_that_only(ours, others, "it takes another token. Set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN_PATH", index)
