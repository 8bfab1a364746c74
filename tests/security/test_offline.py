"""Nothing goes out: every command works in a network of its own that has no way out, and tries none."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runs import SERVE, environment


@pytest.fixture(scope="module")
def cut_off() -> list[str]:
    """Words that run a command where there is nothing but loopback."""
    words = ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    if shutil.which("unshare") and shutil.which("ip"):
        tried = subprocess.run([*words, "ip", "route"], capture_output=True, text=True)
        if tried.returncode == 0:
            assert tried.stdout == ""
            return words
    pytest.skip("making a network namespace is not permitted here, or unshare and ip are missing")


@pytest.fixture(scope="module")
def tracing(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path]:
    """Words that note every network call of a command in a file; none where there is no strace."""
    log = tmp_path_factory.mktemp("offline") / "calls"
    words = ["strace", "-f", "-e", "trace=%network", "-o", str(log)]
    tried = shutil.which("strace") and subprocess.run([*words, "true"], capture_output=True).returncode == 0
    return (words if tried else []), log


def outside(log: Path) -> list[str]:
    """Return the network calls that name an address beyond this machine."""
    if not log.exists():
        return []
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if "sa_family=AF_INET" in line]
    own = re.compile(r'inet_addr\("127\.0\.0\.1"\)|inet_addr\("0\.0\.0\.0"\)|"::1"|"::"')
    return [line for line in lines if not own.search(line)]


def run(cut_off: list[str], tracing: tuple[list[str], Path], *words: str, **variables: object) -> tuple[int, str]:
    words_of_trace, log = tracing
    ran = subprocess.run(
        [*cut_off, *words_of_trace, *words], capture_output=True, text=True, env=environment(**variables), timeout=120
    )
    assert outside(log) == []
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture
def index(seeds_index: Path, tmp_path: Path) -> Path:
    shutil.copytree(seeds_index, tmp_path / "index")
    return tmp_path / "index"


def test_an_answer_needs_no_network(cut_off: list[str], tracing: tuple[list[str], Path], index: Path) -> None:
    code, told = run(cut_off, tracing, sys.executable, "-m", "qa", "ask", "What is the hotline called?", QA_INDEX=index)
    assert code == 0, told


def test_an_answer_leaves_nothing_at_home(index: Path, tmp_path: Path) -> None:
    # What reports on its user keeps a cache and an identifier there.
    home = tmp_path / "home"
    home.mkdir()
    variables = environment(QA_INDEX=index, HOME=home, XDG_CACHE_HOME=home / "cache")
    command = [sys.executable, "-m", "qa", "ask", "What is the hotline called?"]
    ran = subprocess.run(command, capture_output=True, text=True, env=variables, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert list(home.rglob("*")) == []


PYTHON_API = "import sys; from qa import open_index; print(open_index(sys.argv[1]).ask(sys.argv[2]).answered)"


def test_the_python_api_needs_no_network_and_leaves_nothing_at_home(
    cut_off: list[str], tracing: tuple[list[str], Path], index: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    words = [sys.executable, "-c", PYTHON_API, str(index), "What is the hotline called?"]
    assert run(cut_off, tracing, *words, HOME=home, XDG_CACHE_HOME=home / "cache") == (0, "True\n")
    assert list(home.rglob("*")) == []


def test_an_update_needs_no_network(
    cut_off: list[str], tracing: tuple[list[str], Path], index: Path, seeds: Path, tmp_path: Path
) -> None:
    articles = tmp_path / "articles"
    shutil.copytree(seeds, articles)
    (articles / "new.txt").write_text("A heron waits for fish beside the river.\n")
    command = [sys.executable, "-m", "qa", "index", "--replace", str(articles)]
    code, told = run(cut_off, tracing, *command, QA_INDEX=index)
    assert code == 0, told
    assert "1 article added" in told


def test_serving_needs_no_network(
    cut_off: list[str], tracing: tuple[list[str], Path], index: Path, seeds: Path, tmp_path: Path
) -> None:
    command = [
        sys.executable,
        "-c",
        SERVE,
        str(seeds),
        str(index),
        str(tmp_path / "data"),
        "What is the hotline called?",
        "1",
    ]
    code, told = run(cut_off, tracing, *command)
    assert code == 0, told
    assert json.loads(told.splitlines()[0])["answered"]


@pytest.mark.skipif(os.environ.get("SWEEP") != "whole", reason="exports the model again: with SWEEP=whole only")
def test_the_first_index_needs_no_network(
    cut_off: list[str], tracing: tuple[list[str], Path], seeds: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "qa", "index", str(seeds)]
    code, told = run(cut_off, tracing, *command, QA_INDEX=tmp_path / "new")
    assert code == 0, told
