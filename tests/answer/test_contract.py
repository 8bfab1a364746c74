"""A reader that returns what its protocol does not allow is refused with both values named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa.answer.confidence import Confidence
from qa.answer.contract import check_quote, check_read
from qa.answer.engine import Engine
from qa.answer.reader import Candidate, Quote, ReadPassage
from qa.answer.sentence_reader import SentenceReader
from qa.core_pool import CorePool
from qa.errors import ContractBroken
from qa.requests import AskRequest, SearchRequest
from qa.search.ranking.fuse import MIXES
from tests.answer.test_engine import Always, engine_over
from tests.answer.test_evidence import read
from tests.fakes import no_disagreement

FIRST, SECOND = read(1, "Ten ships.", 0.7), read(2, "In all 14 ships sank.", 0.6)
CANDIDATES = [FIRST.candidate, SECOND.candidate]


def test_what_the_protocol_allows_is_taken() -> None:
    check_read([FIRST, SECOND], CANDIDATES)
    check_quote(Quote(FIRST.candidate.paragraph, 0, 10), FIRST)


@pytest.mark.parametrize(
    ("judged", "message"),
    [
        ([FIRST], "1 passages for 2"),
        ([SECOND, FIRST], "row 2 in the place of row 1"),
        ([replace(FIRST, sentences=np.zeros(2, np.float32)), SECOND], r"shape \(2,\) for 1 sentences"),
        (
            [replace(FIRST, score=float("nan")), SECOND],
            r"score and log odds \(nan, 2\.5, 1\.5\); all of them are finite",
        ),
        ([FIRST, replace(SECOND, relevant=float("inf"))], r"\(0\.6, inf, 1\.5\)"),
        ([FIRST, replace(SECOND, answerable=float("inf"))], r"\(0\.6, 2\.5, inf\)"),
    ],
)
def test_judgements_of_other_passages_are_refused(judged: list[ReadPassage], message: str) -> None:
    with pytest.raises(ContractBroken, match=message):
        check_read(judged, CANDIDATES)


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 11), (5, 5), (7, 3)])
def test_a_quote_outside_of_its_paragraph_is_refused(start: int, end: int) -> None:
    with pytest.raises(ContractBroken, match=f"quoted {start} to {end} of a paragraph from 0 to 10"):
        check_quote(Quote(FIRST.candidate.paragraph, start, end), FIRST)


def test_a_quote_of_another_paragraph_is_refused() -> None:
    with pytest.raises(ContractBroken, match="quoted row 2 for row 1"):
        check_quote(Quote(SECOND.candidate.paragraph, 0, 10), FIRST)


class FakeForgetfulReader(SentenceReader):
    """Reads all passages but the last."""

    def read(self, passages: Sequence[Candidate]) -> list[ReadPassage]:
        return super().read(passages)[:-1]


class FakeGreedyReader(SentenceReader):
    """Quotes one character more than there is."""

    def quote(self, passage: ReadPassage) -> Quote:
        paragraph = passage.candidate.paragraph
        return Quote(paragraph, paragraph.start, paragraph.end + 1)


def test_the_engine_refuses_a_reader_that_breaks_its_contract(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "fish.txt").write_text("Trout prefer cold water.\n", encoding="utf-8")
    engine = engine_over(tmp_path / "articles", tmp_path / "index")

    def over(reader: SentenceReader) -> Engine:
        confidence = Confidence({"score": 20.0}, -6.0, 0.5)
        return Engine(
            engine.encoder, Always(engine.snapshot), reader, confidence, MIXES["all"], CorePool(1), no_disagreement
        )

    calls: list[tuple[Callable[[], object], str]] = [
        (lambda: over(FakeForgetfulReader()).ask(AskRequest("cold trout water")), "0 passages for 1"),
        (lambda: over(FakeForgetfulReader()).search(SearchRequest("cold trout water")), "0 passages for 1"),
        (
            lambda: over(FakeGreedyReader()).ask(AskRequest("cold trout water")),
            "quoted 0 to 25 of a paragraph from 0 to 24",
        ),
    ]
    for call, message in calls:
        with pytest.raises(ContractBroken, match=message):
            call()
    assert (
        over(FakeGreedyReader()).search(SearchRequest("cold trout water")).passages[0].text
        == "Trout prefer cold water."
    )
