"""The trained network on the vectors of the real encoder."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from qa import factory
from qa.answer.network import PassageTokens, ReadingNetwork, passage_tokens
from qa.core_pool import CorePool, Result
from qa.encode.encoder import OnnxEncoder
from qa.protocols import StoredParagraph
from qa.records import Span
from qa.search.question import Question

FIRST, SECOND = "The bridge was built by an engineer.", "It opened in 1932."


@pytest.fixture(scope="module", params=["on one core", "on two cores"])
def network(request: pytest.FixtureRequest) -> Iterator[ReadingNetwork]:
    cores = CorePool(1 if request.param == "on one core" else 2)
    with cores:
        yield ReadingNetwork(factory.WEIGHTS / "reader.onnx", cores)


def asked(text: str, encoder: OnnxEncoder) -> Question:
    encoded = encoder.encode(text)
    weights = np.full(len(encoded.tokens), 1 / len(encoded.tokens), np.float32)
    return Question(text, "alone", encoded, weights, 0.0)


def passage(text: str, encoder: OnnxEncoder, *sentences: Span) -> PassageTokens:
    stored = StoredParagraph(0, "a", "A", "a.txt", "", 100, 100 + len(text), "body", text, sentences, ())
    encoded = encoder.encode(text)
    return passage_tokens(stored, encoded.tokens, encoded.pieces)


def test_tokens_know_their_sentence(encoder: OnnxEncoder) -> None:
    spans = Span(100, 100 + len(FIRST)), Span(101 + len(FIRST), 101 + len(FIRST) + len(SECOND))
    tokens = passage(f"{FIRST} {SECOND}", encoder, *spans)
    assert tokens.sentence.tolist() == [0] * 8 + [1] * 5


def test_the_passage_that_answers_and_its_sentence_are_told(encoder: OnnxEncoder, network: ReadingNetwork) -> None:
    text = f"{FIRST} {SECOND}"
    spans = Span(100, 100 + len(FIRST)), Span(101 + len(FIRST), 100 + len(text))
    answers = passage(text, encoder, *spans)
    other = passage("Owls hunt mice by night.", encoder, Span(100, 124))
    right, wrong = network.judge(asked("When did the bridge open?", encoder), [answers, other])
    assert right.answerable > wrong.answerable
    assert int(np.argmax(right.sentences)) == 1
    assert np.exp(right.sentences).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", ["When did the bridge open?", "What does [PAD] stand for?"])
def test_a_judgement_does_not_depend_on_the_passages_beside_it(
    text: str, encoder: OnnxEncoder, network: ReadingNetwork
) -> None:
    question = asked(text, encoder)
    short = passage(SECOND, encoder, Span(100, 100 + len(SECOND)))
    long = passage(f"{FIRST} " * 4, encoder, Span(100, 100 + len(FIRST) * 4))
    [alone] = network.judge(question, [short])
    beside, _ = network.judge(question, [short, long])
    assert beside.answerable == pytest.approx(alone.answerable, abs=1e-4)


class FakeCountingPool(CorePool):
    """Counts the work that was given to a free core."""

    given = 0

    def submit_if_free(self, work: Callable[[], Result]) -> Callable[[], Result] | None:
        begun = super().submit_if_free(work)
        self.given += begun is not None
        return begun


def test_free_cores_change_nothing_in_a_judgement(encoder: OnnxEncoder) -> None:
    question = asked("When did the bridge open?", encoder)
    passages = [passage(f"{FIRST} " * many, encoder, Span(100, 100 + len(FIRST) * many)) for many in (1, 9, 2, 20)]
    busy, free = FakeCountingPool(1), FakeCountingPool(2)
    with busy, free:
        one, two = (
            ReadingNetwork(factory.WEIGHTS / "reader.onnx", it).judge(question, passages) for it in (busy, free)
        )
    assert (busy.given, free.given) == (0, 1)
    assert [judgement.answerable for judgement in one] == [judgement.answerable for judgement in two]
    assert all(np.array_equal(here.sentences, there.sentences) for here, there in zip(one, two, strict=True))


def test_a_passage_or_question_without_tokens_answers_nothing(encoder: OnnxEncoder, network: ReadingNetwork) -> None:
    empty, full = passage("", encoder, Span(100, 100)), passage(SECOND, encoder, Span(100, 118))
    nothing, something = network.judge(asked("When?", encoder), [empty, full])
    assert nothing.answerable == -10
    assert something.answerable > -10
    [unasked] = network.judge(_no_words(encoder), [full])
    assert unasked.answerable == -10


def _no_words(encoder: OnnxEncoder) -> Question:
    encoded = encoder.encode("")
    return Question("", "alone", encoded, np.zeros(0, np.float32), 1.0)
