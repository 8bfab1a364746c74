"""The table of terms, and the padding that makes mean lengths equal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.cluster.terms import TermTable, write_terms
from qa.store.lexical.padding import Lengths, PartIndex, WholeCounts, padding_for
from qa.store.lexical.reader import TantivyIndex, WordCounts
from qa.store.lexical.writer import TantivyWriter


def test_terms_are_looked_up_with_their_frequencies(tmp_path: Path) -> None:
    write_terms(tmp_path, "terms", {"river": 3, "rivers": 1, "éclair": 2, "a": 7, "河": 4})
    table = TermTable(tmp_path, "terms")
    assert table.frequencies(["river", "éclair", "rive", "zebra", "河", "a", ""]) == [3, 2, 0, 0, 4, 7, 0]
    assert table.near("rivet", 1) == {"river": 3}
    assert table.near("rivet", 2) == {"river": 3, "rivers": 1}
    assert table.near("éclairs", 1) == {"éclair": 2}


def test_a_table_without_terms_knows_none(tmp_path: Path) -> None:
    write_terms(tmp_path, "terms", {})
    table = TermTable(tmp_path, "terms")
    assert table.frequencies(["river"]) == [0]
    assert table.near("river", 2) == {}


@given(
    part=st.tuples(st.integers(1, 400), st.integers(1, 90)),
    others=st.tuples(st.integers(1, 4000), st.integers(1, 90)),
)
def test_padding_gives_a_part_the_mean_length_of_the_whole(part: tuple[int, int], others: tuple[int, int]) -> None:
    one = Lengths(part[0] * part[1], part[0])
    whole = Lengths(one.words + others[0] * others[1], one.documents + others[0])
    added = padding_for(one, whole)
    padded = Lengths(one.words + added.words, one.documents + added.documents)
    assert padded.mean == whole.mean
    assert added.words >= 0
    assert isinstance(padded.mean, np.float32)


def test_a_part_that_is_the_whole_needs_no_padding() -> None:
    assert padding_for(Lengths(70, 9), Lengths(70, 9)) == Lengths(0, 0)


def test_padding_that_cannot_be_found_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.store.lexical.padding.MOST_DOCUMENTS", 1)
    with pytest.raises(ValueError, match="No padding gives"):
        padding_for(Lengths(30, 10), Lengths(100, 40))


def write_words(folder: Path, texts: list[str]) -> None:
    writer = TantivyWriter(folder)
    writer.add_group("all", lambda: texts)
    writer.finish()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_parts_score_as_the_whole_and_their_folders_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    texts = ["red fox", "a red house by the river", "the fox sleeps", "red red river", "house", "one fox by one river"]
    write_words(tmp_path / "whole", texts)
    whole = TantivyIndex(tmp_path / "whole").search("red fox river", 6)
    expected = dict(zip(whole.rows.tolist(), whole.scores.tolist(), strict=True))
    lengths = Lengths(sum(len(text.split()) for text in texts), len(texts))
    counts = WholeCounts(lengths, {"red": 3, "fox": 3, "river": 3})
    for start, end in [(0, 2), (2, 6)]:
        write_words(tmp_path / str(start), texts[start:end])
        before = contents(tmp_path / str(start))
        own = Lengths(sum(len(text.split()) for text in texts[start:end]), end - start)
        part = PartIndex(tmp_path / str(start), own)
        hits = part.search("red fox river", 6, None, counts)
        found = dict(zip((hits.rows + start).tolist(), hits.scores.tolist(), strict=True))
        assert found == {row: score for row, score in expected.items() if start <= row < end}
        assert contents(tmp_path / str(start)) == before
        without = TantivyIndex(tmp_path / str(start)).search(
            "red fox river", 6, None, WordCounts(6, counts.frequencies)
        )
        assert without.scores.tolist() != hits.scores.tolist()
    assert list(scratch.iterdir()) == []
