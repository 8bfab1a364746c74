"""What the network says of a sentence: its windows exactly, and the real network on real sentences."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from qa import factory
from qa.encode.encoder import OnnxEncoder
from qa.encode.pairs.network import PairNetwork, WindowJudgement
from qa.encode.pairs.windows import PASSAGE_PIECES, PASSAGE_STRIDE, QUESTION_PIECES, QUESTION_STRIDE, Window
from qa.writing.checks.check import NOT_SAID, SAID, Checker
from qa.writing.checks.content import Meanings
from qa.writing.checks.entailment import UNREAD, Entailment, NetworkEntailment, NoEntailment
from qa.writing.writer import Source
from tests.fakes import FakeEncoder

NOTHING = np.zeros(0, np.float32)


@dataclass
class FakeNetwork:
    """Says of each window the difference of its first ids, and keeps the windows."""

    windows: list[Window] = field(default_factory=list)

    def judge(self, window: Window) -> WindowJudgement:
        self.windows.append(window)
        return WindowJudgement(0.0, float(window.passage[0] - window.question[0]), NOTHING, NOTHING, NOTHING)


@dataclass
class FakeEntailment:
    """Gives the same log odds for every sentence."""

    odds: float

    def judge(self, sentence: object, text: object) -> float:
        return self.odds


def ids(count: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.arange(1, count + 1, dtype=np.int32)


def test_a_short_sentence_and_a_short_text_are_one_window() -> None:
    network = FakeNetwork()
    assert NetworkEntailment(network).judge(ids(3), ids(5)) == 0.0
    [window] = network.windows
    assert (window.question.tolist(), window.passage.tolist(), window.first) == ([1, 2, 3], [1, 2, 3, 4, 5], 0)


def test_of_a_long_sentence_every_part_counts_and_of_a_long_text_the_best() -> None:
    network = FakeNetwork()
    odds = NetworkEntailment(network).judge(ids(QUESTION_PIECES + 1), ids(PASSAGE_PIECES + 1))
    assert [(one.question[0], one.passage[0]) for one in network.windows] == [
        (1, 1),
        (1, 1 + PASSAGE_STRIDE),
        (1 + QUESTION_STRIDE, 1),
        (1 + QUESTION_STRIDE, 1 + PASSAGE_STRIDE),
    ]
    assert odds == PASSAGE_STRIDE - QUESTION_STRIDE


@pytest.mark.parametrize(("sentence", "text"), [(0, 5), (5, 0), (0, 0)])
def test_what_cannot_be_read_is_not_said(sentence: int, text: int) -> None:
    assert NetworkEntailment(FakeNetwork()).judge(ids(sentence), ids(text)) == UNREAD


SOURCE = "The crew left the harbour at dawn. Nobody saw the ship again."


@pytest.mark.parametrize(
    ("text", "entailment", "reason"),
    [
        ("The sailors departed in the morning.", FakeEntailment(SAID), None),
        ("The sailors departed in the morning.", FakeEntailment(SAID - 0.1), "“sailors” is not there"),
        ("The sailors departed in the morning.", NoEntailment(), "“sailors” is not there"),
        ("The crew left the harbour.", FakeEntailment(NOT_SAID), None),
        ("The crew left the harbour.", FakeEntailment(NOT_SAID - 0.1), "it is not what is said there"),
        ("The crew left the harbour.", NoEntailment(), None),
        ("The crew left the harbour at dawn.", FakeEntailment(NOT_SAID - 9.0), None),
        ("The crew left at dusk in 1994.", FakeEntailment(9.0), "the number 1994 is not there"),
        ("Berg left the harbour.", FakeEntailment(9.0), "the name berg is not there"),
        ("The crew did not leave the harbour.", FakeEntailment(9.0), "what is denied differs at “leav”"),
        ("People left the harbour at dawn.", FakeEntailment(9.0), None),
    ],
)
def test_the_network_decides_on_other_words_and_on_nothing_else(
    text: str, entailment: Entailment, reason: str | None
) -> None:
    checker = Checker([Source(1, "The ship", None, SOURCE)], Meanings(FakeEncoder(4096)), entailment)
    assert checker.find_fault(text, [1]) == reason


@pytest.fixture(scope="module")
def network() -> NetworkEntailment:
    return NetworkEntailment(PairNetwork.open(factory.ENTAILMENT))


STORY = "Two pilots flew the stolen helicopter across the border at night and asked the Ukrainian army for protection."


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (STORY, True),
        ("Two airmen crossed the border in a helicopter.", True),
        ("A helicopter had been stolen.", True),
        ("They wanted to be protected by the army.", True),
        ("Two pilots flew the stolen helicopter across the border at noon.", False),
        ("The army shot down the helicopter.", False),
        ("The pilots were paid for the helicopter.", False),
        ("Two pilots flew the stolen helicopter across the border at night, which angered their commander.", False),
    ],
)
def test_the_real_network_tells_what_is_said(
    sentence: str, said: bool, network: NetworkEntailment, encoder: OnnxEncoder
) -> None:
    odds = network.judge(encoder.encode(sentence).pieces.ids, encoder.encode(STORY).pieces.ids)
    assert (odds > SAID) == said, odds


def test_the_shipped_network_knows_the_word_pieces_of_the_default_encoder(encoder: OnnxEncoder) -> None:
    assert PairNetwork.open(factory.ENTAILMENT).vocabulary == encoder.vocabulary
