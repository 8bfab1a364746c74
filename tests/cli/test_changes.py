"""Articles added, renamed and removed at the terminal, in a folder of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.runs import run_here

OWL = "The barn owl nests above the mill.\n\nIts young call through the whole night in summer.\n"


@pytest.fixture
def folder(tmp_path: Path, encoder_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "fox.txt").write_text("The red fox crossed the frozen river at night.\n")
    (articles / "hare.txt").write_text("A brown hare slept in the open field all winter long.\n")
    shutil.copytree(encoder_folder, tmp_path / "index" / "encoder")
    for name in ("articles", "index", "data"):
        monkeypatch.setenv(f"QA_{name.upper()}", str(tmp_path / name))
    assert run_here("index").code == 0
    return articles


def test_files_are_added_renamed_and_removed_and_nothing_of_them_is_left(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "owl.txt").write_text(OWL)
    (tmp_path / "run.sh").write_text("#!/bin/sh\n")
    added = run_here("add", str(tmp_path / "owl.txt"), str(tmp_path / "run.sh"))
    assert added.code == 2
    assert added.out.splitlines()[0] == "owl.txt: added as owl"
    assert added.out.splitlines()[1].startswith("run.sh: refused. 'run.sh' cannot be the name of an article: .sh")
    assert run_here("ask", "--plain", "Where does the barn owl nest?").out.startswith("“The barn owl nests above")
    again = run_here("add", str(tmp_path / "owl.txt"))
    assert (again.code, again.out) == (0, "owl.txt: already there as owl\n")
    renamed = run_here("rename", "owl", "barn owl.txt")
    assert (renamed.code, renamed.out) == (0, "owl: now barn owl\n")
    removed = run_here("remove", "--prove", "barn owl")
    assert removed.code == 0
    assert removed.out.splitlines()[0] == "barn owl: removed"
    assert removed.out.splitlines()[1].startswith(f"Nothing of {folder / 'barn owl.txt'} is stored: ")
    assert sorted(path.name for path in folder.iterdir()) == ["fox.txt", "hare.txt"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "nowhere.txt"], 2, "qa: Cannot read nowhere.txt: No such file or directory. Nothing was added.\n"),
        (["rename", "owl", "x.txt"], 2, "qa: No article 'owl' in the folder.\n"),
        (["rename", "fox", "hare.txt"], 2, "qa: 'hare.txt' is there already, with other content."),
        (["remove", "owl"], 2, "qa: No article 'owl' in the folder.\n"),
    ],
)
def test_a_change_that_cannot_be_made_is_said_in_one_line(folder: Path, words: list[str], code: int, said: str) -> None:
    ran = run_here(*words)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(said)
    assert ran.err.count("\n") == 1
    assert sorted(path.name for path in folder.iterdir()) == ["fox.txt", "hare.txt"]
