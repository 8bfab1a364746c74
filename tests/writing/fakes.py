"""A fake chat endpoint on loopback, scripted for each failure, and an answer to write from."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from qa.records import Answer, Citation, IndexInfo, Statement
from qa.writing.writer import WriterFailed, WriteTask

Script = Callable[["FakeRequest"], None]


class FakeRequest(BaseHTTPRequestHandler):
    """One request to the fake endpoint; a script answers it."""

    protocol_version = "HTTP/1.1"
    server: FakeEndpoint

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_GET(self) -> None:
        self._answer({})

    def _answer(self, body: dict[str, Any]) -> None:
        self.body = body
        self.server.requests.append(self)
        self.close_connection = True
        try:
            self.server.script(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def send_piece(self, piece: str, finish: str | None = None) -> None:
        self.send(f"data: {json.dumps({'choices': [{'delta': {'content': piece}, 'finish_reason': finish}]})}\n\n")


class FakeEndpoint(ThreadingHTTPServer):
    """An endpoint that keeps its requests; ``left`` is set when a client has gone before the end."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), FakeRequest)
        self.script = script
        self.requests: list[FakeRequest] = []
        self.left = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class FakeWriter:
    """Writes what it was made with, and fails at the end if it was made to."""

    model, host = "fake", "fake.example"

    def __init__(self, *texts: str, fails: bool = False) -> None:
        self.texts, self.fails, self.closed = texts, fails, False
        self.tasks: list[WriteTask] = []

    def write(self, task: WriteTask) -> Generator[str, None, None]:
        self.tasks.append(task)
        try:
            yield from self.texts
            if self.fails:
                raise WriterFailed("broken_off", "The writer at fake.example broke off.")
        finally:
            self.closed = True


@contextmanager
def fake_endpoint(script: Script) -> Iterator[FakeEndpoint]:
    """Serve the script until the end of the block."""
    endpoint = FakeEndpoint(script)
    thread = threading.Thread(target=endpoint.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.shutdown()
        thread.join()
        endpoint.server_close()


def pieces(*texts: str, pause: float = 0.0) -> Script:
    """Return a script that streams these pieces and ends as it should."""

    def script(request: FakeRequest) -> None:
        request.begin()
        for text in texts:
            request.send_piece(text)
            time.sleep(pause)
        request.send("data: [DONE]\n\n")

    return script


def answer(*quotes: str, question: str = "What happened?", answered: bool = True) -> Answer:
    """Return an answer that quotes these texts."""
    citations = tuple(
        Citation(
            number, f"a{number}", f"Title {number}", f"a{number}.txt", quote, 0, len(quote), "", "", "", "", (), quote
        )
        for number, quote in enumerate(quotes, 1)
    )
    words = " ".join(quotes)
    return Answer(
        id=None,
        question=question,
        searched_for=question,
        reading="alone",
        answered=answered,
        support="answered" if answered else "none",
        confidence=0.9,
        disagreement=False,
        answer=words,
        statements=(Statement(words, 0, len(words), ()),),
        citations=citations,
        passages=(),
        index=IndexInfo("g", "fake", 1, 1),
        took_ms=1.0,
    )
