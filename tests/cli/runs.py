"""The command line run three ways: in this process over a fake engine, as a program, and at a pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from qa.cli.command_line import qa
from qa.cli.exit_codes import exit_code

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "qa")
HESITATION = 0.2
PATIENCE = 30

# Serves ARTICLES INDEX DATA in a process of its own, opens some pages, asks QUESTION so often and prints every answer.
SERVE = """
import http.client, json, sys, threading
from pathlib import Path
from qa.factory import open_engine
from qa.settings import Settings
from web import create_app
from web.serving.server import Server
settings = Settings(articles=Path(sys.argv[1]), index=Path(sys.argv[2]), data=Path(sys.argv[3]))
server = Server(create_app(open_engine(settings), settings), "127.0.0.1", 0, threads=2)
thread = threading.Thread(target=server.run)
thread.start()
connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
for path in ("/", "/articles", "/docs", "/openapi.json", "/readyz"):
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status == 200, path
    response.read()
for _ in range(int(sys.argv[5])):
    connection.request("POST", "/v1/ask", json.dumps({"question": sys.argv[4]}), {"Content-Type": "application/json"})
    print(connection.getresponse().read().decode())
connection.close()
server.stop()
thread.join()
"""


@dataclass(frozen=True)
class Ran:
    """How a run ended and what it wrote."""

    code: int
    out: str
    err: str


def run_here(*words: str, stdin: bytes = b"") -> Ran:
    """Run the command in this process; neither stream is a terminal."""
    with CliRunner().isolation(input=stdin) as streams:
        code = exit_code(lambda: qa(list(words), prog_name="qa", standalone_mode=False))
    return Ran(code, streams[0].getvalue().decode(), streams[1].getvalue().decode())


def environment(**variables: Any) -> dict[str, str]:
    """Return the environment of a program: ours without settings, in UTF-8, with these settings in place."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QA_", "NO_COLOR", "COLUMNS"))}
    named = {name: str(value) for name, value in variables.items()}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1", "TERM": "xterm", **named}


def run_program(*words: str, stdin: bytes = b"", **variables: Any) -> Ran:
    """Run the command as a program of its own."""
    done = subprocess.run(
        [*PROGRAM, *words], input=stdin, capture_output=True, env=environment(**variables), timeout=PATIENCE
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


class AtTerminal:
    """The program at a terminal of `columns` columns: type to it, and read what it shows."""

    def __init__(self, *words: str, columns: int = 80, **variables: Any) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self._program = subprocess.Popen(
            [*PROGRAM, *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment(**variables),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self.shown = ""

    def __enter__(self) -> AtTerminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self._program.poll() is None:
            self._program.kill()
            self._program.wait()

    def type(self, keys: str) -> None:
        """Press these keys after a moment: one that comes while the terminal changes hands is lost."""
        time.sleep(HESITATION)
        os.write(self._ours, keys.encode())

    def wait_for(self, pattern: str) -> str:
        """Return what is shown up to the end of the next match of this pattern, which is then no more to be read."""
        deadline = time.monotonic() + PATIENCE
        while (found := re.search(pattern, self.shown, re.DOTALL)) is None:
            assert time.monotonic() < deadline, f"{pattern!r} does not come: {self.shown!r}"
            assert self._read(), f"{pattern!r} did not come before the end: {self.shown!r}"
        self.shown, before = self.shown[found.end() :], self.shown[: found.end()]
        return before

    def end(self) -> Ran:
        """Wait for the end and return it with what was shown and not yet read."""
        while self._read():
            pass
        os.close(self._ours)
        return Ran(self._program.wait(PATIENCE), self.shown, "")

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], PATIENCE)[0]:
            return False
        try:
            part = os.read(self._ours, 65_536)
        except OSError:  # the other end is closed
            return False
        self.shown += part.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(part)


def loaded_by(words: Sequence[str], suspects: Sequence[str], **variables: Any) -> set[str]:
    """Return which of these packages the command has loaded when it ends."""
    script = (
        "import atexit, sys\n"
        f"suspects = {list(suspects)!r}\n"
        "atexit.register(lambda: print(*(name for name in suspects if name in sys.modules), file=sys.stderr))\n"
        f"sys.argv = ['qa', *{list(words)!r}]\n"
        "from qa.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env=environment(**variables), timeout=PATIENCE, stdin=-3
    )
    return set(done.stderr.decode().splitlines()[-1].split())
