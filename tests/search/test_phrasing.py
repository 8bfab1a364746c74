"""Questions in the form in which they are searched for."""

from pathlib import Path

import pytest

from qa.search.question import finish_question
from qa.search.spelling import rewrite_numbers
from qa.store.snapshot import OpenSnapshot, open_snapshot
from tests.building import build
from tests.fakes import FakeEncoder

TEXT = (
    "The harbour\n\nThe harbour had 1,043 guests. It cost 2.4 million crowns in 1998.\n\n"
    "Its archive holds 12500 maps, and the museum holds 31 500 stamps.\n"
)


@pytest.fixture
def snapshot(tmp_path: Path) -> OpenSnapshot:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(TEXT, encoding="utf-8")
    build(tmp_path / "articles", tmp_path / "index", FakeEncoder())
    return open_snapshot(tmp_path / "index", FakeEncoder().fingerprint)


@pytest.mark.parametrize("mark", ["", "?", " ?", "??", ".", "!", " ?!", "？"])
def test_marks_at_the_end_of_a_question_change_nothing(mark: str) -> None:
    assert finish_question(f"Who opened the pier{mark}") == "Who opened the pier?"


def test_a_day_in_figures_is_read_in_words() -> None:
    assert finish_question("Who came on 2024-05-03") == "Who came on 3 May 2024?"
    assert finish_question("What is 2024-13-03?") == "What is 2024-13-03?"


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("What had 1043 guests?", "What had 1,043 guests?"),
        ("What had 1,043 guests?", "What had 1,043 guests?"),
        ("What cost 2,400,000 crowns?", "What cost 2.4 million crowns?"),
        ("Who holds 12,500 maps and 31,500 stamps?", "Who holds 12500 maps and 31 500 stamps?"),
        ("What happened in 1998?", "What happened in 1998?"),
        ("What had 1044 guests?", "What had 1044 guests?"),
    ],
)
def test_numbers_are_written_as_the_articles_write_them(snapshot: OpenSnapshot, question: str, written: str) -> None:
    assert rewrite_numbers(question, snapshot) == written
