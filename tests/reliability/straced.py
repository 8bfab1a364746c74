"""Index builds in a process of their own that strace kills, or lets down, at a chosen system call.

One program that has loaded everything forks a child for each build, so that a case costs the build and not the start
of Python. The child waits at a gate, strace attaches, the gate opens: calls are counted from there, for each thread.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60
KILLED = -9

# A question mark lets strace pass over a call that this machine's kernel does not have.
WRITING = "write,pwrite64,writev,pwritev,fsync,fdatasync,sync_file_range,ftruncate,fallocate,copy_file_range,sendfile"
OPENING = "?open,openat,?creat"
MAKING = "?mkdir,mkdirat,?rename,?renameat,renameat2,symlinkat,linkat"
REMOVING = "?unlink,unlinkat,?rmdir"
EVERY = f"%file,{WRITING},read,pread64,readv,getdents64,close,mmap,munmap,lseek,flock,fcntl,fstat,?fstatfs"


@dataclass(frozen=True)
class Ended:
    """How a build ended: its exit code (-9 when it was killed) and what it told."""

    code: int
    told: str


class Builder:
    """The program that has loaded everything and forks a child for each build."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program

    def run(
        self,
        articles: Path,
        index: Path,
        expression: str,
        at: str = "start",
        log: Path | None = None,
        longest_file: int | None = None,
    ) -> Ended:
        """Build under strace with this inject expression ('' to let it be), counted from the gate on.

        No file grows beyond longest_file bytes: the write that reaches it is cut short, the next one fails.
        """
        request = {"articles": str(articles), "index": str(index), "at": at, "longest_file": longest_file}
        child = self._say(json.dumps(request))["child"]
        what = ["-e", f"trace={EVERY}", *(["-e", f"inject={expression}"] if expression else [])]
        command = ["strace", "-f", *what, "-o", str(log or os.devnull), "-p", str(child)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            line = strace.stderr.readline()
            if " attached" not in line:
                self._say("go")
                pytest.fail(f"strace cannot attach: {line}")
            result = self._say("go")
            strace.wait(PATIENCE)
        return Ended(result["code"], result["told"])

    def _say(self, line: str) -> dict[str, Any]:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(line + "\n")
        self._program.stdin.flush()
        said: dict[str, Any] = json.loads(self._program.stdout.readline())
        return said


def require_strace() -> None:
    """Skip where there is no strace, or it may not trace; fail there when CI is set."""
    reason = "no strace found (Debian: apt-get install strace)"
    if shutil.which("strace") is not None:
        tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True)
        if tried.returncode == 0:
            return
        reason = f"strace may not trace here: {tried.stderr.strip()}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def builder() -> Iterator[Builder]:
    """Run the forking program until the block ends."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.reliability.straced"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as program:
        yield Builder(program)
        assert program.stdin is not None
        program.stdin.close()


def calls(log: Path) -> dict[int, list[str]]:
    """Return the names of the calls that strace wrote down, by thread, the first thread being the first to call."""
    found: dict[int, list[str]] = {}
    for line in log.read_text("utf-8", "replace").splitlines():
        thread, _, rest = line.partition(" ")
        if "(" in rest and not rest.lstrip().startswith(("<...", "+++", "---")):
            found.setdefault(int(thread), []).append(rest.strip().partition("(")[0])
    return found


class Gate:
    """Where the child waits for strace."""

    def __init__(self) -> None:
        self._arrived, self._tell = os.pipe()
        self._wait, self._open = os.pipe()

    def arrive(self) -> None:
        """In the child: say so and wait."""
        os.write(self._tell, b".")
        while True:
            # The first call that strace sees is this one, so it may be the one that is made to fail.
            with suppress(OSError):
                os.read(self._wait, 1)
                return

    def await_child(self) -> None:
        """In the parent: wait until the child is there, or gone."""
        os.close(self._tell)
        os.read(self._arrived, 1)

    def open(self) -> None:
        """In the parent: let the child go on."""
        os.write(self._open, b".")
        for end in (self._arrived, self._wait, self._open):
            os.close(end)


def build_in_child(request: dict[str, Any], gate: Gate, tell: socket.socket) -> None:
    """Build as the command line does, and end with its exit code.

    What it says goes over a socket at the end, which no injected error of a write touches.
    """
    from qa.cli.exit_codes import exit_code
    from qa.store.lexical.writer import TantivyWriter
    from tests.reliability.corpus import index_articles

    sys.stderr = io.StringIO()
    if request["longest_file"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["longest_file"], resource.RLIM_INFINITY))
    build, swapped = TantivyWriter._build, pytest.MonkeyPatch()

    def waiting(texts: Iterable[str]) -> Iterator[str]:
        gate.arrive()
        yield from texts

    def build_after_gate(writer: TantivyWriter, texts: Iterable[str]) -> object:
        swapped.undo()
        return build(writer, waiting(texts))

    def build_articles() -> None:
        index_articles(Path(request["articles"]), Path(request["index"]))

    if request["at"] == "tantivy":
        swapped.setattr(TantivyWriter, "_build", build_after_gate)
    else:
        gate.arrive()
    code = 70
    try:
        code = exit_code(build_articles)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        tell.sendall(sys.stderr.getvalue().encode())
        os._exit(code)


def main() -> None:
    """Fork a child for each line on standard input."""
    import tantivy

    import qa.build.build  # loaded once, here
    import tests.reliability.corpus

    codecs.lookup("ascii")  # loaded when it is first needed
    import numpy.ma  # which numpy loads when it first compares sets

    assert numpy.ma

    assert tantivy
    assert qa.build.build
    assert tests.reliability.corpus
    while line := sys.stdin.readline():
        gate = Gate()
        listen, tell = socket.socketpair()
        child = os.fork()
        if child == 0:
            build_in_child(json.loads(line), gate, tell)
        tell.close()
        gate.await_child()
        print(json.dumps({"child": child}), flush=True)
        sys.stdin.readline()
        gate.open()
        _, status = os.waitpid(child, 0)
        with listen, listen.makefile(encoding="utf-8") as told:
            answer = {"code": os.waitstatus_to_exitcode(status), "told": told.read()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
