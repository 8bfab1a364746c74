"""The trained network on the word pieces of the large encoder, and the ranking by what it says."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from qa import factory
from qa.answer.confidence import read_confidence
from qa.answer.cross_encoder.relevance import RelevanceReader
from qa.answer.reader import Candidate, Quote, ReadPassage
from qa.answer.sentence_reader import SentenceReader
from qa.encode.encoder import OnnxEncoder
from qa.encode.model import LARGE_MODEL
from qa.encode.pairs.network import PairNetwork, WindowJudgement
from qa.encode.pairs.shifted import SHIFTS, ShiftedNetwork
from qa.encode.pairs.windows import Window
from qa.factory import engines
from qa.protocols import StoredParagraph
from qa.records import Span
from qa.search.ranking.fuse import MODEL_MIXES, Mix
from qa.settings import Settings
from tests.fakes import FakeEncoder
from tests.store.plain import PlainTokens


class FakeNetwork:
    """Keeps the windows that it is given."""

    def __init__(self) -> None:
        self.read: list[Window] = []

    def judge(self, window: Window) -> WindowJudgement:
        self.read.append(window)
        nothing = np.zeros(len(window.passage), np.float32)
        return WindowJudgement(1.0, 2.0, nothing, nothing, nothing)


def test_ids_are_shifted_and_pieces_that_the_network_lacks_are_unknown() -> None:
    network = FakeNetwork()
    window = Window(np.array([4, 1004], np.int32), np.array([0, 3, 104, 30525, 30526], np.int32), 128)
    judged = ShiftedNetwork(network, 4).judge(window)
    [read] = network.read
    assert (read.question.tolist(), read.passage.tolist(), read.first) == ([0, 1000], [100, 100, 100, 30521, 100], 128)
    assert read.passage.dtype == np.int32
    assert (judged.relevant, judged.answerable, judged.evidence.shape) == (1.0, 2.0, (5,))


def test_the_large_vocabulary_is_the_network_s_behind_four_others(encoder: OnnxEncoder) -> None:
    ids = encoder._tokenizer.get_vocab()
    pieces = sorted(ids, key=ids.__getitem__)
    assert len(pieces) == 30522
    large = ["<s>", "<pad>", "</s>", "<unk>", *pieces, "<mask>"]
    digest = hashlib.sha256("\n".join(large).encode()).hexdigest()
    assert list(SHIFTS.items()) == [(digest, 4)]


class FakeReader:
    """Finds the relevance that it is given, passage by passage."""

    def __init__(self, relevant: list[float]) -> None:
        self._relevant = relevant

    def read(self, passages: Sequence[Candidate]) -> list[ReadPassage]:
        found = zip(passages, self._relevant, strict=True)
        return [ReadPassage(one, one.score, relevant, 0.0, np.zeros(1, np.float32)) for one, relevant in found]

    def quote(self, passage: ReadPassage) -> Quote:
        return Quote(passage.candidate.paragraph, 3, 5)


def test_relevance_is_added_to_the_score_up_to_a_limit() -> None:
    paragraph = StoredParagraph(0, "a", "A", "a.txt", "0" * 64, 0, 9, "body", "It is so.", (Span(0, 9),), ())
    passages = [Candidate(paragraph, (), 0.5, 0.5, 0.5, PlainTokens(FakeEncoder().encode("so")))] * 4
    reader = RelevanceReader(FakeReader([-1.0, 2.0, 30.0, -30.0]))
    read = reader.read(passages)
    assert [one.score for one in read] == pytest.approx([0.48, 0.54, 0.66, 0.34])
    assert [one.relevant for one in read] == [-1.0, 2.0, 30.0, -30.0]
    assert reader.quote(read[0]).text == "is"


def test_the_shifted_network_judges_as_the_network_does(encoder: OnnxEncoder) -> None:
    network = PairNetwork.open(factory.CROSS_ENCODER)
    texts = ("When did the bridge open?", "The bridge opened in 1932.")
    question, passage = (encoder.encode(text).pieces.ids for text in texts)
    plain = network.judge(Window(question, passage, 0))
    shifted = ShiftedNetwork(network, 4).judge(Window(question + 4, passage + 4, 0))
    assert (shifted.relevant, shifted.answerable) == (plain.relevant, plain.answerable)
    assert np.array_equal(shifted.evidence, plain.evidence)


@pytest.mark.parametrize(
    ("vocabulary", "reader", "mix", "confidence"),
    [
        (next(iter(SHIFTS)), RelevanceReader, MODEL_MIXES[LARGE_MODEL], "confidence_all-mpnet-base-v2.json"),
        ("0" * 64, SentenceReader, MODEL_MIXES[LARGE_MODEL], "confidence_untrained.json"),
    ],
)
def test_large_model_has_its_own_mix_and_by_its_vocabulary_reader_and_confidence(
    vocabulary: str, reader: type, mix: Mix, confidence: str, seeds_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[object, ...]] = []
    monkeypatch.setattr(OnnxEncoder, "name", LARGE_MODEL)
    monkeypatch.setattr(OnnxEncoder, "vocabulary", vocabulary)
    monkeypatch.setattr(engines, "Engine", lambda *parts: given.append(parts))
    factory.open_engine(Settings(index=seeds_index, model=LARGE_MODEL))
    [(_, _, made, fitted, mixed, *_)] = given
    assert type(made) is reader
    assert (mixed, fitted) == (mix, read_confidence(factory.WEIGHTS / confidence))
