"""An index on a disk that takes no writes answers as ever; only building is refused."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runs import SERVE, environment

QUESTION = "What is the hotline called?"


@pytest.fixture
def index(seeds_index: Path, tmp_path: Path) -> Path:
    shutil.copytree(seeds_index, tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def read_only(index: Path) -> list[str]:
    """Words that run a command to which the index lies on a read-only disk."""
    mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    words = ["unshare", "-m", "sh", "-c", mount, str(index)]
    if shutil.which("unshare") and shutil.which("mount"):
        tried = subprocess.run([*words, "touch", str(index / "new")], capture_output=True, text=True)
        if "Read-only file system" in tried.stderr:
            return words
    pytest.skip("mounting a folder read-only is not permitted here, or unshare and mount are missing")


def run(*words: str, **variables: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, env=environment(**variables), timeout=120)


def fingerprints(answer: dict[str, Any]) -> list[tuple[str, int, int, str]]:
    return [(one["article_id"], one["start"], one["end"], one["quote"]) for one in answer["citations"]]


def test_a_question_gets_the_same_answer(read_only: list[str], index: Path) -> None:
    ask = [sys.executable, "-m", "qa", "ask", "--json", QUESTION]
    before, now = run(*ask, QA_INDEX=index), run(*read_only, *ask, QA_INDEX=index)
    assert now.returncode == 0, now.stderr
    assert fingerprints(json.loads(now.stdout)) == fingerprints(json.loads(before.stdout)) != []


def test_a_server_answers_throughout(read_only: list[str], index: Path, seeds: Path, tmp_path: Path) -> None:
    folders = map(str, (seeds, index, tmp_path / "data"))
    served = run(*read_only, sys.executable, "-c", SERVE, *folders, QUESTION, "20")
    assert served.returncode == 0, served.stderr
    answers = [json.loads(line) for line in served.stdout.splitlines()]
    assert len(answers) == 20
    expected = json.loads(run(sys.executable, "-m", "qa", "ask", "--json", QUESTION, QA_INDEX=index).stdout)
    assert [fingerprints(answer) for answer in answers] == [fingerprints(expected)] * 20


def test_the_index_is_found_whole(read_only: list[str], index: Path) -> None:
    checked = run(*read_only, sys.executable, "-m", "qa", "check", QA_INDEX=index)
    assert checked.returncode == 0, checked.stderr
    assert "whole" in checked.stdout


def test_a_build_is_refused_in_one_line(read_only: list[str], index: Path, seeds: Path, tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    shutil.copytree(seeds, articles)
    (articles / "new.txt").write_text("A heron waits for fish beside the river.\n")
    built = run(*read_only, sys.executable, "-m", "qa", "index", "--replace", str(articles), QA_INDEX=index)
    assert built.returncode == 3
    assert "Read-only file system" in built.stderr
    assert len(built.stderr.splitlines()) == 1
    assert "Traceback" not in built.stderr
