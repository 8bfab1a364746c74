from pathlib import Path

import pytest

from qa.search.spelling import respell
from qa.store.snapshot import OpenSnapshot, open_snapshot
from tests.building import build
from tests.fakes import FakeEncoder

TEXT = (
    "The commander Caesar spoke to the soldiers.\n\nCaesar left Kyiv on Monday. Later Cesar wrote a letter.\n\n"
    "In Kyiv the soldiers rest. Germany sent tents, and German engineers put them up.\n\n港口的主任是陈平。\n"
)


class WholeWords(FakeEncoder):
    """Knows only the words of its list whole, as a vocabulary of word pieces does."""

    known = frozenset({"solder", "resting"})

    def count_tokens(self, text: str) -> int:
        return 1 if text in self.known else 2


@pytest.fixture
def snapshot(tmp_path: Path) -> OpenSnapshot:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(TEXT, encoding="utf-8")
    encoder = WholeWords()
    build(tmp_path / "articles", tmp_path / "index", encoder)
    return open_snapshot(tmp_path / "index", encoder.fingerprint)


@pytest.mark.parametrize(
    ("question", "spelled"),
    [
        ("where do the soldeirs rest", "where do the soldiers rest"),
        ("what did the comander say", "what did the commander say"),
        ("which engeneers came", "which engineers came"),
        ("is solder meant", "is solder meant"),
        ("港口的主任是谁呢", "港口的主任是谁呢"),
        ("pizza with anchovies", "pizza with anchovies"),
        ("who is it, and why?", "who is it, and why?"),
    ],
)
def test_a_word_that_is_nowhere_becomes_the_nearest_one(snapshot: OpenSnapshot, question: str, spelled: str) -> None:
    assert respell(question, snapshot, WholeWords(), {}) == spelled


@pytest.mark.parametrize(
    ("question", "spelled"),
    [
        ("Who is Cesar?", "Who is Cesar Caesar?"),
        ("Who is César?", "Who is César Caesar?"),
        ("Who is Caesar?", "Who is Caesar?"),
        ("Who left Kiev?", "Who left Kiev Kyiv?"),
        ("Which German?", "Which German?"),
    ],
)
def test_a_name_gets_its_commoner_spelling_too(snapshot: OpenSnapshot, question: str, spelled: str) -> None:
    assert respell(question, snapshot, WholeWords(), {}) == spelled


def test_a_name_gets_the_letters_that_the_articles_write_it_with(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    text = "Guests\n\nŁukasz Wałęsa spoke to Mr Großmann. Nguyễn Thị Hương came with Ødegård and Odegard.\n"
    (tmp_path / "articles" / "a.txt").write_text(text, encoding="utf-8")
    encoder = WholeWords()
    build(tmp_path / "articles", tmp_path / "index", encoder)
    snapshot = open_snapshot(tmp_path / "index", encoder.fingerprint)
    asked = "Did Lukasz Walesa, Grossmann, Nguyen or Odegard speak?"
    assert respell(asked, snapshot, encoder, {}) == "Did Łukasz Wałęsa, Großmann, Nguyen or Odegard speak?"


def test_what_is_known_of_a_word_is_not_found_out_again(
    snapshot: OpenSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: dict[str, str] = {}
    monkeypatch.setattr("qa.search.spelling.CACHED_WORDS", 2)
    first = respell("the comander left Kiev", snapshot, WholeWords(), known)
    assert known == {"Kiev": "Kiev Kyiv"}
    with monkeypatch.context() as nothing:
        nothing.setattr(snapshot.words, "terms", None)
        assert respell("is it Kiev", snapshot, WholeWords(), known) == "is it Kiev Kyiv"
    assert respell("the comander left Kiev", snapshot, WholeWords(), known) == first == "the commander left Kiev Kyiv"
