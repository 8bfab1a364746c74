"""A site over a small real index, served by a process of its own, to be treated badly on loopback."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.straced import ROOT

PATIENCE = 30
QUESTION = "Where did the red fox cross the frozen river?"
ANSWER = "The red fox crossed the frozen river at night."


@dataclass(frozen=True)
class Site:
    """A server on this port; ``process`` is stopped when the test ends."""

    port: int
    process: subprocess.Popen[str]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def post(self, body: bytes | str, path: str = "/v1/ask", **headers: str) -> tuple[int, bytes]:
        """Return the status and the body of the answer to one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def answers(self) -> bool:
        """Return whether an ordinary question gets its answer; who is told to come again does so."""
        deadline = time.monotonic() + PATIENCE
        status, body = self.post(json.dumps({"question": QUESTION}))
        while status == 503 and time.monotonic() < deadline:
            time.sleep(0.2)
            status, body = self.post(json.dumps({"question": QUESTION}))
        return status == 200 and json.loads(body)["citations"][0]["quote"] == ANSWER


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """Serve the corpus from this folder; what is not stopped by then is stopped at the end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.reliability.serving", str(folder)]
    log = (folder / "log.txt").open("w")
    with log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            yield Site(int(process.stdout.readline().rpartition(":")[2]), process)
        finally:
            process.kill()


def main() -> None:
    """Build the index of the corpus in the folder that is named and serve it on a free port."""
    from qa.settings import Settings
    from tests.reliability.corpus import BEFORE, following, index_articles, lay_out
    from web import create_app
    from web.serving.server import serve

    folder = Path(sys.argv[1])
    lay_out(folder / "articles", BEFORE)
    index_articles(folder / "articles", folder / "index")
    settings = Settings(articles=folder / "articles", index=folder / "index", data=folder / "data")
    app = create_app(following(folder / "index"), settings)
    serve(app, "127.0.0.1", 0, 4, lambda address: print(address, flush=True))


if __name__ == "__main__":
    main()
