"""An index that returns what its protocol does not allow is refused with both values named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qa.errors import ContractBroken
from qa.protocols import Candidates, Matches, Matrix
from qa.search.contract import check_candidates, check_matches, check_texts
from tests.answer.test_evidence import paragraph
from tests.fakes import FakeEncoder
from tests.store.plain import PlainTokens


def zeros(shape: tuple[int, int]) -> Matrix:
    return np.zeros(shape, np.float32)


ROWS = np.array([2, 5, 7], np.int64)
CANDIDATES = Candidates(ROWS, ["body"] * 3, [zeros((3, 5))] * 2)
TOKENS = PlainTokens(FakeEncoder().encode("red fox"))


def test_what_the_protocol_allows_is_taken() -> None:
    check_candidates(CANDIDATES, 2)
    check_candidates(Candidates(ROWS[:0], [], [zeros((0, 5))]), 1)
    check_matches([Matches(zeros((4, 3)), zeros((4, 3)))], [zeros((4, 9))], ROWS)
    check_texts([paragraph(row, "Text.") for row in ROWS.tolist()], [TOKENS] * 2, ROWS, 2)


@pytest.mark.parametrize(
    ("candidates", "message"),
    [
        (replace(CANDIDATES, scores=CANDIDATES.scores[:1]), "1 tables of scores for 2 queries"),
        (replace(CANDIDATES, scores=[zeros((3, 5)), zeros((2, 5))]), r"shape \(2, 5\) for 3 rows and 5 scores"),
        (replace(CANDIDATES, scores=[zeros((3, 7))] * 2), r"shape \(3, 7\) for 3 rows and 5 scores"),
        (replace(CANDIDATES, kinds=["body"] * 4), "4 kinds of paragraphs for 3 rows"),
        (replace(CANDIDATES, rows=np.array([2, 7, 5])), "row 5 after row 7"),
        (replace(CANDIDATES, rows=np.array([2, 2, 5])), "row 2 after row 2"),
    ],
)
def test_candidates_of_another_shape_or_order_are_refused(candidates: Candidates, message: str) -> None:
    with pytest.raises(ContractBroken, match=message):
        check_candidates(candidates, 2)


def test_matches_of_another_shape_are_refused() -> None:
    questions, whole, cut = [zeros((4, 9))], zeros((4, 3)), zeros((4, 2))
    with pytest.raises(ContractBroken, match="0 matches for 1 questions"):
        check_matches([], questions, ROWS)
    for matches in (Matches(cut, whole), Matches(whole, cut)):
        with pytest.raises(ContractBroken, match=r"shape \(4, 2\) for 4 tokens and 3 rows"):
            check_matches([matches], questions, ROWS)


def test_paragraphs_of_other_rows_are_refused() -> None:
    read = [paragraph(row, "Text.") for row in (2, 7, 5)]
    with pytest.raises(ContractBroken, match=r"rows \[2, 7, 5\] for rows \[2, 5, 7\]"):
        check_texts(read, [TOKENS] * 3, ROWS, 3)
    with pytest.raises(ContractBroken, match="tokens of 1 rows for 2"):
        check_texts(read, [TOKENS], np.array([2, 7, 5]), 2)
