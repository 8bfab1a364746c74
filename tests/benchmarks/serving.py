"""How many questions a second the server answers, asked by several clients at once, each question another."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

from tests.benchmarks.figures import ROOT, environment, memory_mb, tell

CLIENTS = 16
START_SECONDS = 60
HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Served:
    """How the questions fared: seconds for all, milliseconds of each, how many were answered by what status, and the
    server's memory in MB and processor seconds."""

    seconds: float
    ms: list[float]
    statuses: dict[int, int]
    memory: float
    own_memory: float
    processor: float


@contextmanager
def server(
    index: Path, data: Path, more: Mapping[str, object] | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Serve an index on a free port, with more settings if given; yield the process and its address."""
    settings = {"QA_INDEX": index, "QA_DATA": data, "QA_PORT": 0, "PYTHONUNBUFFERED": 1, **(more or {})}
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "qa", "serve"], cwd=ROOT, env=environment(settings), stderr=log, stdout=log
        )
        try:
            yield process, _address(data / "log", process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(START_SECONDS)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        for line in log.read_text(encoding="utf-8").splitlines():
            if line.startswith("Serving "):
                return line.split()[1]
        time.sleep(0.02)
    raise RuntimeError(f"The server did not start: {log.read_text(encoding='utf-8')}")


def ask_all(address: str, questions: Sequence[str], clients: int = CLIENTS) -> tuple[float, list[float], list[int]]:
    """Ask every question once over `clients` kept connections; return seconds, the milliseconds and the statuses."""
    waiting: SimpleQueue[str] = SimpleQueue()
    for question in questions:
        waiting.put(question)
    taken: list[float] = []
    statuses: list[int] = []
    threads = [threading.Thread(target=_client, args=(address, waiting, taken, statuses)) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started, taken, statuses


def _client(address: str, waiting: SimpleQueue[str], taken: list[float], statuses: list[int]) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=START_SECONDS)
    while True:
        try:
            question = waiting.get_nowait()
        except Empty:
            connection.close()
            return
        started = time.perf_counter()
        connection.request("POST", "/v1/ask", json.dumps({"question": question}), HEADERS)
        response = connection.getresponse()
        response.read()
        taken.append((time.perf_counter() - started) * 1000)
        statuses.append(response.status)


def measure(index: Path, questions: Sequence[str], data: Path, clients: int = CLIENTS) -> Served:
    """Serve the index and ask all questions; the clients run in this process, the server in its own."""
    with server(index, data) as (process, address):
        ask_all(address, questions[:clients], clients)
        before = _processor(process.pid)
        seconds, taken, statuses = ask_all(address, questions[clients:], clients)
        return Served(
            seconds,
            taken,
            {status: statuses.count(status) for status in sorted(set(statuses))},
            memory_mb("VmRSS", process.pid),
            memory_mb("RssAnon", process.pid),
            _processor(process.pid) - before,
        )


def _processor(process: int) -> float:
    """Return the processor seconds of a process, user and system, all threads."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    served = measure(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), Path(sys.argv[3]))
    tell({name: getattr(served, name) for name in Served.__slots__})
