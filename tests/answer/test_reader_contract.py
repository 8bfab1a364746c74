"""The contract of Reader, for every implementation, on the tokens of the real encoder."""

from __future__ import annotations

import numpy as np
import pytest

from qa import factory
from qa.answer.contract import check_quote, check_read
from qa.answer.cross_encoder.reader import CrossEncoderReader
from qa.answer.network import ReadingNetwork
from qa.answer.reader import Candidate, Reader, TwoReaders
from qa.answer.sentence_reader import SentenceReader
from qa.answer.trained_reader import ANSWERABLE_GAIN, TrainedReader
from qa.core_pool import CorePool
from qa.encode.encoder import OnnxEncoder
from qa.encode.pairs.network import PairNetwork
from qa.protocols import StoredParagraph
from qa.records import Span
from qa.search.question import Question
from tests.store.plain import PlainTokens

START = 100
BRIDGE, OPENED, OWLS = "The bridge was built by an engineer.", "It opened in 1932.", "Owls hunt mice by night."


@pytest.fixture(scope="module", params=["sentence", "trained", "cross-encoder", "both"])
def reader(request: pytest.FixtureRequest) -> Reader:
    if request.param == "sentence":
        return SentenceReader()
    trained = TrainedReader(ReadingNetwork(factory.WEIGHTS / "reader.onnx", CorePool(1)))
    if request.param == "trained":
        return trained
    judging = CrossEncoderReader(PairNetwork.open(factory.CROSS_ENCODER), CorePool(1))
    return judging if request.param == "cross-encoder" else TwoReaders(trained, judging)


def candidate(row: int, sentences: list[str], score: float, questions: list[str], encoder: OnnxEncoder) -> Candidate:
    text, at, spans = " ".join(sentences), START, []
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    names = "a", "A", "a.txt", "0" * 64
    paragraph = StoredParagraph(row, *names, START, START + len(text), "body", text, tuple(spans), ())
    asked = tuple(question(one, encoder) for one in questions)
    return Candidate(paragraph, asked, score, 0.5, 0.5, PlainTokens(encoder.encode(text)))


def question(text: str, encoder: OnnxEncoder) -> Question:
    encoded = encoder.encode(text)
    count = len(encoded.pieces.ids)
    return Question(text, "alone", encoded, np.full(count, 1 / max(count, 1), np.float32), 0.0)


@pytest.mark.parametrize(
    "questions", [["When did the bridge open?"], ["When did it open?", "Who built the bridge? When did it open?"]]
)
def test_every_passage_is_read_in_order_and_quoted_inside(
    reader: Reader, questions: list[str], encoder: OnnxEncoder
) -> None:
    passages = [
        candidate(7, [OWLS], 0.4, questions, encoder),
        candidate(3, [BRIDGE, OPENED], 0.5, questions, encoder),
        candidate(9, ["😀"], 0.6, questions, encoder),
    ]
    read = reader.read(passages)
    check_read(read, passages)
    assert [one.candidate.paragraph.row for one in read] == [7, 3, 9]
    for one, given in zip(read, passages, strict=True):
        assert given.score <= one.score <= given.score + ANSWERABLE_GAIN
        check_quote(reader.quote(one), one)
    assert [reader.quote(one).text for one in read] == [OWLS, f"{BRIDGE} {OPENED}", "😀"]


def test_a_judgement_does_not_depend_on_the_other_passages(reader: Reader, encoder: OnnxEncoder) -> None:
    asked = ["When did the bridge open?"]
    bridge, owls = candidate(1, [OPENED], 0.5, asked, encoder), candidate(2, [OWLS], 0.5, asked, encoder)
    [alone] = reader.read([bridge])
    beside, other = reader.read([bridge, owls])
    assert beside.answerable == pytest.approx(alone.answerable, abs=1e-4)
    assert beside.relevant == pytest.approx(alone.relevant, abs=1e-4)
    assert beside.score == pytest.approx(alone.score, abs=1e-4)
    assert beside.score >= other.score
