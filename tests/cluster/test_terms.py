"""The table of terms, and the padding that makes mean lengths equal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.cluster.terms import TermTable, write_terms
from qa.store.lexical.padding import Lengths, padding_for


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
