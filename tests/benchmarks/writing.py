"""What ordinary questions cost while texts are written: one client asks, beside others whose texts are streamed.

    python -m tests.benchmarks.writing INDEX QUESTIONS

QUESTIONS is a JSON array of texts. The chat endpoint is a fake that sends a word every 20 ms and copies its quotations,
so that a stream never ends and its sentences are released; it costs next to nothing itself. Prints Markdown.
"""

from __future__ import annotations

import http.client
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.figures import load, quantile, say, table
from tests.benchmarks.serving import HEADERS, ask_all, server
from tests.writing.fakes import FakeRequest, fake_endpoint

STREAMS, ROUNDS = 2, 3
SECONDS_PER_WORD = 0.02
SENTENCES = 10_000


def main() -> None:
    """Ask in turn without and with streams beside, and print the figures of each round."""
    index, questions = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    say(f"{load()} when it began\n")
    rows = []
    with tempfile.TemporaryDirectory() as data, fake_endpoint(_write_on) as endpoint:
        settings = {"QA_WRITER": endpoint.address, "QA_WRITER_MODEL": "fake", "QA_WRITER_WAIT": 600}
        with server(index, Path(data), settings) as (_, address):
            ask_all(address, questions, 1)
            for _ in range(ROUNDS):
                rows.append(["nothing", *_figures(address, questions), ""])
                with _streams(address, questions[0]) as released:
                    rows.append([f"{STREAMS} streams", *_figures(address, questions), str(len(released))])
    say(table(["beside", "p50, ms", "p99, ms", "slowest, ms", "sentences released"], rows))
    say(f"\n{load()} when it ended")


def _figures(address: str, questions: Sequence[str]) -> list[str]:
    _, taken, statuses = ask_all(address, questions, 1)
    if set(statuses) != {200}:
        raise RuntimeError(f"Statuses: {sorted(set(statuses))}")
    return [f"{figure:.0f}" for figure in (quantile(taken, 0.5), quantile(taken, 0.99), max(taken))]


def _write_on(request: FakeRequest) -> None:
    """Copy the first quotation over and over; the client leaves when the measurement is over."""
    quotation = request.body["messages"][1]["content"].split("\n")[0].split(") ", 1)[1]
    request.begin()
    for _ in range(SENTENCES):
        for word in quotation.split():
            request.send_piece(f"{word} ")
            time.sleep(SECONDS_PER_WORD)
        request.send_piece("[1]. ")


@contextmanager
def _streams(address: str, question: str) -> Iterator[list[bytes]]:
    """Let texts be written until the end of the block; yield the list that the released sentences are added to."""
    over = threading.Event()
    released: list[bytes] = []
    threads = [threading.Thread(target=_read_on, args=(address, question, released, over)) for _ in range(STREAMS)]
    for thread in threads:
        thread.start()
    while not released:
        time.sleep(SECONDS_PER_WORD)
    try:
        yield released
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _read_on(address: str, question: str, released: list[bytes], over: threading.Event) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    asked = json.dumps({"question": question, "write": True})
    while not over.is_set():
        connection.request("POST", "/v1/ask", asked, {**HEADERS, "Accept": "text/event-stream"})
        for line in connection.getresponse():
            if line.startswith(b"event: sentence"):
                released.append(line)
            if over.is_set():
                break
        connection.close()


if __name__ == "__main__":
    main()
