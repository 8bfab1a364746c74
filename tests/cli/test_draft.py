"""``qa verify --draft``: a text against the articles, at the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.runs import run_here
from tests.reliability.corpus import BEFORE, index_articles, lay_out

DRAFT = (
    "“The red fox crossed the frozen lake at night.” “He sold none of the fruit that year.” “Nobody will pay for it.”"
)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    lay_out(tmp_path / "articles", BEFORE)
    index_articles(tmp_path / "articles", tmp_path / "index")
    return tmp_path / "index"


def test_each_quotation_is_printed_with_its_status_and_place(index: Path) -> None:
    ran = run_here("verify", "--draft", "-", "--index", str(index), stdin=DRAFT.encode())
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "differs  quotation: fox.txt:1",
        "    The red fox crossed the frozen lake at night.",
        "    The red fox crossed the frozen [-lake-] {+river+} at night",
        "exact    quotation: orchard.txt:1",
        "    He sold none of the fruit that year.",
        "absent   quotation",
        "    Nobody will pay for it.",
    ]


def test_a_draft_that_stands_ends_with_0_and_prints_json(index: Path, tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text("He told us: “He sold none of the fruit that year.”\r\n")
    ran = run_here("verify", "--json", "--draft", str(tmp_path / "draft.txt"), "--index", str(index))
    assert ran.code == 0
    assert [one["status"] for one in json.loads(ran.out)["claims"]] == ["exact"]
    nothing = run_here("verify", "--draft", "-", "--index", str(index), stdin=b"Nothing is quoted.")
    assert (nothing.code, nothing.out) == (0, "No quotation of three words or more and no figure to check.\n")


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (["--draft", "nowhere.txt"], b"", "qa: Cannot read nowhere.txt: No such file or directory."),
        (["--draft", "-"], b"x" * 1_000_001, "qa: - has 1,000,001 characters; the limit is 1,000,000."),
        ([], b"", "Name one file: an answer, or a text with --draft."),
        (["a.json", "--draft", "b.txt"], b"", "Name one file: an answer, or a text with --draft."),
    ],
)
def test_a_draft_that_cannot_be_taken_is_said(index: Path, words: list[str], stdin: bytes, said: str) -> None:
    ran = run_here("verify", *words, "--index", str(index), stdin=stdin)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
