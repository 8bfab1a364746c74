"""The reader that reads question and passage together: its windows exactly, and the network on the real encoder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qa import factory
from qa.answer.cross_encoder.reader import UNREAD, CrossEncoderReader
from qa.answer.reader import Candidate, TwoReaders
from qa.answer.sentence_reader import SentenceReader
from qa.answer.sentences import best_quote_with_neighbours
from qa.core_pool import CorePool, Result
from qa.encode.encoder import OnnxEncoder
from qa.encode.pairs.network import PairNetwork, WindowJudgement
from qa.encode.pairs.windows import PASSAGE_PIECES, PASSAGE_STRIDE, QUESTION_PIECES, Window, split_into_windows
from qa.errors import ModelMismatch
from qa.protocols import StoredParagraph
from qa.records import InterpretationKind, Span
from qa.search.question import Question
from qa.settings import Settings
from tests.fakes import FakeEncoder
from tests.store.plain import PlainTokens

ENCODER = FakeEncoder(max_tokens=2000)
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
AXES = [ENCODER.axis(word) for word in WORDS]


def ids(count: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.arange(count, dtype=np.int32)


@pytest.mark.parametrize(
    ("question", "passage", "expected"),
    [
        (3, PASSAGE_PIECES, [(0, 3, 0, 256)]),
        (3, 257, [(0, 3, 0, 256), (0, 3, 128, 257)]),
        (3, 400, [(0, 3, 0, 256), (0, 3, 128, 384), (0, 3, 256, 400)]),
        (64, 2, [(0, 64, 0, 2)]),
        (65, 257, [(0, 64, 0, 256), (0, 64, 128, 257), (32, 65, 0, 256), (32, 65, 128, 257)]),
        (0, 5, []),
        (5, 0, []),
    ],
)
def test_windows_overlap_and_reach_the_end(
    question: int, passage: int, expected: list[tuple[int, int, int, int]]
) -> None:
    found = list(split_into_windows(ids(question), ids(passage)))
    assert [(w.question[0], w.question[-1] + 1, w.first, w.passage[-1] + 1) for w in found] == expected
    assert [int(window.passage[0]) for window in found] == [window.first for window in found]


class FakeNetwork:
    """Relevance is the number of the passage's pieces that the question has, answerability that less 1.

    The evidence is 0 in those pieces and -10 in the others. The answer begins and ends with the pieces of ``answer``.
    """

    def __init__(self, answer: str = "") -> None:
        self.read: list[Window] = []
        self._answer = ENCODER.encode(answer).pieces.ids

    def judge(self, window: Window) -> WindowJudgement:
        self.read.append(window)
        shared = np.isin(window.passage, window.question)
        evidence = np.where(shared, 0, -10).astype(np.float32)
        starts, ends = (np.where(np.isin(window.passage, ids), 3, -3) for ids in (self._answer[:1], self._answer[-1:]))
        return WindowJudgement(shared.sum(), shared.sum() - 1, evidence, starts, ends)


def candidate(sentences: list[str], *questions: tuple[str, InterpretationKind], score: float = 0.5) -> Candidate:
    text, at, spans = " ".join(sentences), 100, []
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    paragraph = StoredParagraph(0, "a", "A", "a.txt", "0" * 64, 100, 100 + len(text), "body", text, tuple(spans), ())
    return Candidate(
        paragraph, tuple(asked(*one) for one in questions), score, 0.5, 0.5, PlainTokens(ENCODER.encode(text))
    )


def asked(text: str, kind: InterpretationKind = "alone") -> Question:
    encoded = ENCODER.encode(text)
    count = len(encoded.pieces.ids)
    return Question(text, kind, encoded, np.full(count, 1 / max(count, 1), np.float32), 0.0)


def reader(network: FakeNetwork, cores: int = 1) -> CrossEncoderReader:
    return CrossEncoderReader(network, CorePool(cores))


def test_the_best_sentence_is_quoted_and_the_score_stays() -> None:
    one = candidate(["zero one.", "two three four.", "five six."], ("two four five", "alone"))
    [read] = reader(FakeNetwork()).read([one])
    assert (read.relevant, read.answerable) == (3, 2)
    assert read.score == 0.5
    third = np.log(np.exp(-10) + 1)
    assert read.sentences == pytest.approx([-10 + np.log(2), np.log(2 + np.exp(-10)), third], abs=1e-5)
    assert reader(FakeNetwork()).quote(read).text == "two three four."


@pytest.mark.parametrize(
    ("answer", "emphasised"),
    [
        ("three", "three"),
        ("three four", "three four"),
        ("four three", None),  # it ends before it begins
        ("zero", None),  # outside of the quote
        ("two three four nine", None),  # nearly the whole quote
        ("", None),
    ],
)
def test_the_words_that_answer_are_emphasised_inside_of_the_quote(answer: str, emphasised: str | None) -> None:
    one = candidate(["zero one.", "two three four nine.", "five six."], ("two four five", "alone"))
    network = reader(FakeNetwork(answer))
    quote = network.quote(network.read([one])[0])
    assert quote.text == "two three four nine."
    text = one.paragraph.text
    found = None if quote.emphasis is None else text[quote.emphasis.start - 100 : quote.emphasis.end - 100]
    assert found == emphasised


def test_a_passage_that_hardly_answers_has_no_emphasis() -> None:
    one = candidate(["two three four nine."], ("five", "alone"))
    network = reader(FakeNetwork("three"))
    assert network.quote(network.read([one])[0]).emphasis is None


def test_interpretations_weigh_as_in_the_ranking() -> None:
    one = candidate(["two three four."], ("two", "alone"), ("zero two three", "with_history"))
    [read] = reader(FakeNetwork()).read([one])
    assert read.relevant == pytest.approx((1 + 0.7 * 2) / 1.7)


def test_of_a_question_behind_its_history_the_end_is_read() -> None:
    network = FakeNetwork()
    long = " ".join(["zero"] * 70 + ["one"] * QUESTION_PIECES)
    reader(network).read([candidate(["one."], (long, "with_history"))])
    assert [window.question.tolist() for window in network.read] == [[AXES[1]] * QUESTION_PIECES]


def test_of_several_windows_the_greatest_judgement_counts() -> None:
    long = [" ".join(["zero"] * PASSAGE_STRIDE) + ".", " ".join(["zero"] * PASSAGE_STRIDE) + ".", "one one two."]
    network = FakeNetwork()
    [read] = reader(network).read([candidate(long, ("one two", "alone"))])
    assert len(network.read) == 2
    assert read.relevant == 3
    assert read.sentences == pytest.approx([-10 + np.log(128), -10 + np.log(128), np.log(3)], abs=1e-4)


@pytest.mark.parametrize(("text", "question"), [("", "one"), ("one.", ""), ("...", "one")])
def test_what_has_no_words_is_unread(text: str, question: str) -> None:
    network = FakeNetwork()
    [read] = reader(network).read([candidate([text], (question, "alone"))])
    assert network.read == []
    assert (read.relevant, read.answerable) == (UNREAD, UNREAD)


class FakeCountingPool(CorePool):
    """Counts the work that was given to a free core."""

    given = 0

    def submit_if_free(self, work: Callable[[], Result]) -> Callable[[], Result] | None:
        begun = super().submit_if_free(work)
        self.given += begun is not None
        return begun


def real(text: str, question: str, encoder: OnnxEncoder) -> Candidate:
    paragraph = StoredParagraph(
        0, "a", "A", "a.txt", "", 100, 100 + len(text), "body", text, (Span(100, 100 + len(text)),), ()
    )
    encoded = encoder.encode(question)
    weights = np.full(len(encoded.tokens), 1 / len(encoded.tokens), np.float32)
    return Candidate(
        paragraph,
        (Question(question, "alone", encoded, weights, 0.0),),
        0.5,
        0.5,
        0.5,
        PlainTokens(encoder.encode(text)),
    )


def test_free_cores_and_other_passages_change_nothing(encoder: OnnxEncoder) -> None:
    network = PairNetwork.open(factory.CROSS_ENCODER)
    texts = ["It opened in 1932. " * count for count in (1, 9, 60, 2)]
    passages = [real(text.strip(), "When did the bridge open?", encoder) for text in texts]
    alone = [CrossEncoderReader(network, CorePool(1)).read([one])[0] for one in passages]
    busy, free = FakeCountingPool(1), FakeCountingPool(3)
    with busy, free:
        results = [CrossEncoderReader(network, pool).read(passages) for pool in (busy, free)]
    assert busy.given == 0
    assert free.given in {2, 3}  # a core that is done early is given again
    for read in results:
        assert [one.relevant for one in read] == [one.relevant for one in alone]
        assert [one.answerable for one in read] == [one.answerable for one in alone]
        assert all(np.array_equal(one.sentences, other.sentences) for one, other in zip(read, alone, strict=True))


def test_curly_quotation_marks_are_read_as_straight_ones(encoder: OnnxEncoder) -> None:
    network = CrossEncoderReader(PairNetwork.open(factory.CROSS_ENCODER), CorePool(1))
    question = "What is the bridge called?"
    curly, straight = network.read(
        [
            real("It’s called “the arch” – by all.", question, encoder),
            real('It\'s called "the arch" - by all.', question, encoder),
        ]
    )
    assert curly.relevant == straight.relevant


def test_the_vocabulary_is_that_of_the_encoder(encoder: OnnxEncoder) -> None:
    assert PairNetwork.open(factory.CROSS_ENCODER).vocabulary == encoder.vocabulary


@pytest.mark.parametrize(("vocabulary", "kind"), [(None, TwoReaders), ("0" * 64, SentenceReader)])
def test_another_vocabulary_is_read_without_the_trained_readers(
    vocabulary: str | None, kind: type, seeds_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if vocabulary is not None:
        monkeypatch.setattr(OnnxEncoder, "vocabulary", vocabulary)
    engine = factory.open_engine(Settings(index=seeds_index))
    assert type(engine.reader) is kind
    engine.close()


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """Return a copy of the shipped network, with its card beside it."""
    copied = tmp_path / factory.CROSS_ENCODER.name
    for suffix in (".onnx", ".json"):
        shutil.copy(factory.CROSS_ENCODER.with_suffix(suffix), copied.with_suffix(suffix))
    return copied


def test_weights_that_are_not_the_known_ones_are_refused(graph: Path) -> None:
    whole = graph.read_bytes()
    for content in (whole[:-1], b"", whole[:-1] + b"\0"):
        graph.write_bytes(content)
        with pytest.raises(ModelMismatch, match=r"sha256 [0-9a-f]{64}, expected [0-9a-f]{64}\. Install"):
            PairNetwork.open(graph)
    graph.unlink()
    with pytest.raises(ModelMismatch, match="sha256 no file, expected"):
        PairNetwork.open(graph)


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]", b"\xff"])
def test_a_card_that_is_none_is_refused(graph: Path, content: bytes | None) -> None:
    graph.with_suffix(".json").unlink()
    if content is not None:
        graph.with_suffix(".json").write_bytes(content)
    with pytest.raises(ModelMismatch, match=r"cross_encoder\.json cannot be read"):
        PairNetwork.open(graph)


LONG = "zero " * 59 + "two."


@pytest.mark.parametrize(
    ("sentences", "scores", "quoted"),
    [
        (["One.", "Two.", "Three."], [0, 5, 2], "Two. Three."),
        (["One.", "Two.", "Three."], [0, 5, 1.9], "Two."),
        (["One.", "Two.", "Three."], [3, 5, 2], "One. Two. Three."),
        (["One.", "It was two.", "Three."], [0, 5, 0], "One. It was two."),
        ([LONG, "Two.", "Three."], [4, 5, 3], "Two. Three."),
        (["Two.", LONG], [5, 4], "Two."),
        (["Two."], [5], "Two."),
    ],
)
def test_a_neighbour_that_is_nearly_as_good_is_quoted_too_while_the_quote_is_short(
    sentences: list[str], scores: list[float], quoted: str
) -> None:
    one = candidate(sentences, ("two", "alone"))
    assert best_quote_with_neighbours(one, np.array(scores, np.float32), 3.0).text == quoted


@pytest.mark.parametrize(
    ("question", "sentences", "scores", "quoted"),
    [
        ("When does it open?", ["On 27 May.", "The pool opens."], [0, 5], "On 27 May. The pool opens."),
        (
            "Wann öffnet das Bad?",
            ["Am 27. Mai um 10 Uhr.", "Das Bad öffnet."],
            [0, 5],
            "Am 27. Mai um 10 Uhr. Das Bad öffnet.",
        ),
        ("When does it open?", ["Open at 9 a.m.", "It is open.", "Doors open."], [4, 0, 5], "Open at 9 a.m."),
        ("When does it open?", ["On 27 May.", "The pool opens at noon."], [0, 5], "The pool opens at noon."),
        ("Where does it open?", ["On 27 May.", "The pool opens."], [0, 5], "The pool opens."),
        ("How many came?", ["Many came.", "Ten came.", "Others left."], [5, 0, 0], "Many came. Ten came."),
        ("When did how many come?", ["Ten came.", "People came."], [0, 5], "People came."),
        ("When does it open?", ["On 27 May.", LONG], [0, 5], LONG),
    ],
)
def test_a_sentence_that_names_the_moment_or_number_asked_for_is_preferred(
    question: str, sentences: list[str], scores: list[float], quoted: str
) -> None:
    one = candidate(sentences, (question, "alone"))
    assert best_quote_with_neighbours(one, np.array(scores, np.float32), 3.0).text == quoted
