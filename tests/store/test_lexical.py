"""The contract of LexicalIndex, for every implementation, and what counts as the same word."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from math import log
from pathlib import Path

import numpy as np
import pytest

from qa.store.lexical.reader import TantivyIndex
from qa.store.lexical.searchable import searchable
from qa.store.lexical.writer import TantivyWriter
from qa.store.protocols import LexicalIndex
from tests.store.plain import PlainLexicalIndex

TEXTS = ["the red fox", "a red house", "the fox sleeps, the fox dreams", "a red house"]
Make = Callable[[list[str]], LexicalIndex]


def tantivy_index(folder: Path, texts: list[str], groups: int = 1) -> LexicalIndex:
    writer = TantivyWriter(folder / "lexical")
    for number, group in enumerate(np.array_split(np.array(texts, object), groups)):
        writer.add_group(str(number), partial(map, searchable, group))
    writer.finish()
    return TantivyIndex(folder / "lexical")


def tantivy_index_in_groups(folder: Path, texts: list[str]) -> LexicalIndex:
    return tantivy_index(folder, texts, groups=7)


def plain_index(_: Path, texts: list[str]) -> LexicalIndex:
    return PlainLexicalIndex(texts)


@pytest.fixture(params=[tantivy_index, tantivy_index_in_groups, plain_index])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    return lambda texts: request.param(tmp_path, texts)


def rarity(holding: int, rows: int) -> float:
    """Inverse document frequency, Robertson and Zaragoza 2009, eq. 3.3, with the + 1 in the logarithm."""
    return log(1 + (rows - holding + 0.5) / (holding + 0.5))


def bm25(count: int, length: int, holding: int, lengths: list[int]) -> float:
    """Robertson and Zaragoza 2009, eq. 3.15, k1 1.2 and b 0.75."""
    norm = 1.2 * (1 - 0.75 + 0.75 * length * len(lengths) / sum(lengths))
    return rarity(holding, len(lengths)) * count * 2.2 / (count + norm)


def test_search_ranks_by_bm25_over_the_words_rarity_and_ties_by_row(make: Make) -> None:
    hits = make(TEXTS).search("Red fox?", 10)
    lengths = [3, 3, 6, 3]
    red, fox = bm25(1, 3, 3, lengths), bm25(1, 3, 2, lengths)
    whole = rarity(3, 4) + rarity(2, 4)
    assert hits.rows.tolist() == [0, 2, 1, 3]
    expected = [(red + fox) / whole, bm25(2, 6, 2, lengths) / whole, red / whole, red / whole]
    assert hits.scores.tolist() == pytest.approx(expected, rel=1e-5)


def test_word_that_is_nowhere_lowers_the_score_as_the_rarest(make: Make) -> None:
    hits = make(TEXTS).search("zebra fox", 1)
    assert hits.rows.tolist() == [2]
    expected = bm25(2, 6, 2, [3, 3, 6, 3]) / (rarity(0, 4) + rarity(2, 4))
    assert hits.scores.tolist() == pytest.approx([expected], rel=1e-5)


def test_search_gives_no_more_than_asked_for(make: Make) -> None:
    assert make(TEXTS).search("red fox", 3).rows.tolist() == [0, 2, 1]


def test_ties_beyond_the_rows_wanted_are_broken_by_row(make: Make) -> None:
    texts = ["a red house", "two red boats and a kite", "red paint"] * 40
    among = np.arange(len(texts)) >= 60
    index = make(texts)
    assert index.search("red", 10).rows.tolist() == list(range(2, 32, 3))
    assert index.search("red", 10, among).rows.tolist() == list(range(62, 92, 3))


@pytest.mark.parametrize("count", [0, -1])
def test_search_for_nothing_finds_nothing(make: Make, count: int) -> None:
    assert make(TEXTS).search("red", count).rows.tolist() == []


@pytest.mark.parametrize("question", ["", "?!", "zebra", "\0", "‮", "é́́"])
def test_question_that_shares_no_word_finds_nothing(make: Make, question: str) -> None:
    assert make(TEXTS).search(question, 10).rows.tolist() == []


@pytest.mark.parametrize("question", ['+red -fox "', "red AND (fox", "text:red^2", "/red/ OR *", "[a TO z] red"])
def test_query_operators_are_only_words(make: Make, question: str) -> None:
    assert 1 in make(TEXTS).search(question, 10).rows.tolist()


def test_empty_index_finds_nothing(make: Make) -> None:
    assert make([]).search("red", 10).rows.tolist() == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("César was there", "cesar"),
        ("Kyiv’s mayor spoke", "Kyiv's"),
        ("Kyiv’s mayor spoke", "kyiv"),
        ("2,076 cases", "2076"),
        ("it cost 1,234,567 euros", "1234567"),
        ("deserters", "deserter deserting"),
        ("co-operate", "co–operate"),
        ("ＷＩＤＥ letters", "wide"),
        ("it sold 2,400,000 copies", "2.4 million"),
        ("it sold 2.4 million copies", "2,400,000"),
        ("es kostete 3,5 Mio. Euro", "3500000"),
        ("1.043 Besucher kamen", "1,043"),
        ("27\u202f500 visiteurs", "27500"),
        ("a fine of £2.5m", "2.5 million"),
        ("It opened on May 3rd.", "2024-05-03"),
        ("It opened on the 3rd of May.", "05.03.2024 3.5.2024"),
        ("Es öffnete am 3. Mai.", "May 3, 2024"),
        ("它于5月3日开放。", "3 May"),
        ("图书馆周一关闭。", "哪天图书馆开门"),
        ("図書館は月曜日に休みます。", "図書館"),
        ("ห้องสมุดปิดวันจันทร์", "ห้องสมุด"),
    ],
)
def test_spellings_of_one_word_find_each_other(make: Make, text: str, question: str) -> None:
    assert make(["something else", text]).search(question, 10).rows.tolist() == [1]


def test_commas_that_do_not_group_thousands_stay() -> None:
    assert searchable("In 1999,2000 and 3,14 he said 's' 12,3456") == "in 1999,2000 and 3,14 he said 's' 12,3456"


@pytest.mark.parametrize(
    "text", ["May 2024", "the 2024-25 season", "March 5,000 men", "room 12b", "007", "5 km", "version 1.2.345", "3/4"]
)
def test_other_figures_get_no_second_form(text: str) -> None:
    assert searchable(text) == text.lower().replace(",", "")


def test_scripts_without_spaces_are_indexed_in_pairs_of_characters() -> None:
    assert searchable("渡轮可载A級。").split() == ["渡轮", "轮可", "可载", "a", "級", "。"]


def test_many_rows_keep_their_numbers(make: Make) -> None:
    texts = [f"word{row} common" for row in range(3000)]
    index = make(texts)
    assert index.search("word2999", 5).rows.tolist() == [2999]
    assert index.search("common", 5).rows.tolist() == [0, 1, 2, 3, 4]


def test_words_are_told_with_how_many_rows_hold_them(make: Make) -> None:
    index = make(["red foxes", "a fox, reed and rod", "bed of reeds", "ready"])
    assert index.terms("The foxes' 2,000 reeds, fox") == ["the", "fox", "2000", "reed"]
    assert index.frequencies(["fox", "reed", "zebra", "red"]) == [2, 2, 0, 1]
    assert dict(index.near("red", 1)) == {"reed": 2, "rod": 1}
    assert dict(index.near("red", 2)) == {"reed": 2, "rod": 1, "readi": 1}
    assert dict(index.near("zebra", 2)) == {}


def test_files_told_are_all_that_a_reader_needs(tmp_path: Path) -> None:
    writer = TantivyWriter(tmp_path / "lexical")
    writer.add_group("a", lambda: ["red"])
    told = writer.finish()
    for path in (tmp_path / "lexical").iterdir():
        if path.name not in told:
            path.unlink()
    assert TantivyIndex(tmp_path / "lexical").search("red", 1).rows.tolist() == [0]


def test_index_that_cannot_be_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tantivy_index(tmp_path, TEXTS)
    # A copy, because a thread of tantivy may lock the one that was written even now.
    folder = shutil.copytree(tmp_path / "lexical", tmp_path / "copy", ignore=shutil.ignore_patterns("*.lock"))
    before = sorted(folder.iterdir())
    monkeypatch.setattr("qa.store.lexical.reader.os.access", lambda *_: False)
    assert TantivyIndex(folder).search("red", 10).rows.tolist() == [0, 1, 3]
    assert sorted(folder.iterdir()) == before


def test_search_among_some_rows_finds_only_those_with_their_scores(make: Make) -> None:
    index = make(TEXTS)
    found = index.search("red fox", 10)
    every = dict(zip(found.rows.tolist(), found.scores.tolist(), strict=True))
    hits = index.search("red fox", 1, np.array([False, True, False, True]))
    assert hits.rows.tolist() == [1]
    hits = index.search("red fox", 10, np.array([False, True, True, False]))
    assert hits.rows.tolist() == [2, 1]
    assert hits.scores.tolist() == [every[2], every[1]]
    assert index.search("red fox", 10, np.zeros(4, np.bool_)).rows.tolist() == []


def test_known_groups_are_taken_over_and_removed_words_are_gone(tmp_path: Path) -> None:
    def write(name: str, groups: dict[str, list[str]], previous: str | None) -> list[str]:
        asked: list[str] = []

        def read(key: str) -> list[str]:
            asked.append(key)
            return groups[key]

        writer = TantivyWriter(tmp_path / name, tmp_path / previous if previous else None)
        for key in groups:
            writer.add_group(key, partial(read, key))
        writer.finish()
        return asked

    first = {"a": ["red fox"], "b": ["zebra herd"], "none": [], "c": ["red red"]}
    assert write("one", first, None) == ["a", "b", "none", "c"]
    assert write("two", {"new": ["a heron"], "c": ["red red"], "none": [], "a": ["red fox"]}, "one") == ["new"]
    assert write("fresh", {"x": ["a heron", "red red", "red fox"]}, None) == ["x"]
    for question in ("red", "fox heron", "zebra", "herd"):
        updated, fresh = (TantivyIndex(tmp_path / name).search(question, 5) for name in ("two", "fresh"))
        assert updated.rows.tolist() == fresh.rows.tolist()
        assert updated.scores.tolist() == fresh.scores.tolist()
    assert TantivyIndex(tmp_path / "two").search("red", 5).rows.tolist() == [1, 2]
    words = {
        name: sorted(word for word, _ in TantivyIndex(tmp_path / name)._searcher.terms_with_prefix("text", ""))
        for name in ("one", "two")
    }
    assert words == {"one": ["fox", "herd", "red", "zebra"], "two": ["a", "fox", "heron", "red"]}
