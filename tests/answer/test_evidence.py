"""What is quoted, and when nothing is: on passages made by hand."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from qa.answer.confidence import MOST_ODDS, Confidence, features
from qa.answer.disagreement.find import Disagreement, DisagreementWeights, find_disagreement
from qa.answer.disagreement.sides import Comparison
from qa.answer.disagreement.values import AnswerSpan
from qa.answer.evidence import FURTHER_RELEVANT, weigh
from qa.answer.reader import Candidate, Phrases, Quote, ReadPassage
from qa.evaluate.calibrate import Example, fit
from qa.protocols import Encoded, StoredParagraph
from qa.records import ParagraphKind, Span
from qa.search.kinds import DEMOTION, demote_headings
from qa.search.question import Question
from tests.fakes import FakeEncoder
from tests.store.plain import PlainTokens

NOTHING = FakeEncoder(2).encode("")
CERTAIN = Confidence({"score": 0.0}, 5.0, 0.5)
ANY_PAIR = DisagreementWeights({"words": 0.0}, 5.0, 0.5)
COMPARISON = Comparison(partial(find_disagreement, weights=ANY_PAIR, likeness=lambda one, other: 1.0), lambda _: None)


def asked(text: str, unknown: float = 0.0) -> Question:
    nothing = Encoded(np.zeros(2, np.float32), np.zeros((0, 2), np.float32), NOTHING.pieces)
    return Question(text, "alone", nothing, np.zeros(0, np.float32), unknown)


def paragraph(row: int, text: str, kind: ParagraphKind = "body", article: str = "a") -> StoredParagraph:
    return StoredParagraph(row, article, "A", "a.txt", "0" * 64, 0, len(text), kind, text, (Span(0, len(text)),), ())


def read(
    row: int,
    text: str,
    score: float,
    question: str = "How many ships?",
    kind: ParagraphKind = "body",
    relevant: float = 2.5,
    article: str = "a",
    value: str = "",
) -> ReadPassage:
    one = paragraph(row, text, kind, article)
    candidate = Candidate(one, (asked(question, unknown=0.25),), score, 0.6, 0.5, PlainTokens(NOTHING))
    phrases = Phrases(1.5, (AnswerSpan(value, -0.1),) if value else ())
    return ReadPassage(candidate, score, relevant, 1.5, np.full(1, -0.5, np.float32), phrases)


class FakeReader:
    """Quotes whole paragraphs."""

    def read(self, passages: Sequence[Candidate]) -> list[ReadPassage]:
        return [ReadPassage(one, one.score, 0.0, 0.0, np.zeros(1, np.float32)) for one in passages]

    def quote(self, passage: ReadPassage) -> Quote:
        paragraph = passage.candidate.paragraph
        return Quote(paragraph, paragraph.start, paragraph.end)


def quoted(question: str, *passages: ReadPassage, count: int = 3) -> list[str]:
    return [quote.text for quote in weigh(question, passages, count, CERTAIN, FakeReader(), COMPARISON).quotes]


def test_further_passages_are_quoted_where_they_are_about_what_is_asked() -> None:
    passages = (
        read(1, "Ten ships.", 0.7, relevant=FURTHER_RELEVANT - 1),
        read(2, "Ships sail.", 0.3, relevant=FURTHER_RELEVANT),
        read(3, "Owls.", 0.2, relevant=FURTHER_RELEVANT - 0.1),
        read(4, "Boats.", 0.1),
    )
    assert quoted("How many ships?", *passages) == ["Ten ships.", "Ships sail.", "Boats."]
    assert quoted("How many ships?", *passages, count=2) == ["Ten ships.", "Ships sail."]
    assert quoted("How many ships?", *passages, count=1) == ["Ten ships."]


@pytest.mark.parametrize(
    ("threshold", "certain", "support"), [(0.9, 0.95, "none"), (0.3, 0.5, "perhaps"), (0.3, 0.3, "answered")]
)
def test_what_the_quotes_are_worth_has_three_levels(threshold: float, certain: float, support: str) -> None:
    confidence = Confidence({"score": 2.0}, -2.0, threshold, certain)  # 0.354
    evidence = weigh("How many ships?", [read(1, "Ten ships.", 0.7)], 3, confidence, FakeReader(), COMPARISON)
    assert evidence.support == support
    assert bool(evidence.quotes) == (support != "none")


def test_a_refusal_tells_what_of_the_question_is_not_met() -> None:
    refusing = Confidence({"score": 0.0}, -5.0, 0.5)
    question = "When did 12 ships sink?"
    evidence = weigh(question, [read(1, "It sank.", 0.7, question)], 3, refusing, FakeReader(), COMPARISON)
    assert evidence.unmet == (
        "12 is not mentioned in the passages found.",
        "No time is given in the passages found.",
    )


@pytest.mark.parametrize(
    ("question", "text", "lacking"),
    [
        ("How much did the Lund report cost?", "The Lund report has 70 pages.", "sum of money"),
        ("How much did the Lund report cost?", "The Lund report was free.", None),
        ("How much did the dive cost?", "Nothing but plates was found.", "sum of money"),
        ("How much did the dive cost?", "The dive cost nothing.", None),
        ("What did the bridge cost?", "Twelve million crowns were spent.", None),
        ("Wie viel hat der Umbau gekostet?", "Der Umbau dauerte 12 Monate.", "sum of money"),
        ("How much snow fell?", "It snowed for 3 days.", None),
        ("Where was Ms Lund born?", "Ms Lund, 50, teaches at Vika.", "place of birth"),
        ("Where was Ms Lund born?", "Ms Lund is a native of Vika.", None),
        ("When was Ms Lund born?", "Ms Lund (1970–2021) taught at Vika.", None),
    ],
)
def test_without_what_is_surely_asked_for_nothing_is_quoted(question: str, text: str, lacking: str | None) -> None:
    evidence = weigh(question, [read(1, text, 0.7, question)], 3, CERTAIN, FakeReader(), COMPARISON)
    assert bool(evidence.quotes) == (lacking is None)
    assert evidence.unmet == (() if lacking is None else (f"No {lacking} is given in the passages found.",))
    assert (evidence.support == "none") == (lacking is not None)


def test_a_passage_that_names_the_day_of_the_question_leads_where_it_answers_better() -> None:
    question = "When is the hall open on Sunday?"
    lead, hours = read(1, "The hall reopened on Monday.", 0.7, question), read(2, "Sundays: 10 to 16", 0.6, question)
    assert quoted(question, replace(lead, answerable=-0.3), hours) == [
        "Sundays: 10 to 16",
        "The hall reopened on Monday.",
    ]
    assert quoted(question, lead, hours) == ["The hall reopened on Monday.", "Sundays: 10 to 16"]
    assert quoted("When is the hall open?", replace(lead, answerable=-0.3), hours)[0] == "The hall reopened on Monday."


def test_a_byline_is_quoted_only_when_asked_about() -> None:
    passages = read(1, "By Ann Lee", 0.7, kind="metadata"), read(2, "Ann Lee sailed.", 0.65)
    assert quoted("Who sailed?", *passages) == ["Ann Lee sailed."]
    assert quoted("Who wrote this?", *passages) == ["By Ann Lee", "Ann Lee sailed."]


def test_below_the_threshold_nothing_is_quoted_but_the_probability_is_told() -> None:
    evidence = weigh(
        "How many ships?",
        [read(1, "Ten ships.", 0.7)],
        3,
        Confidence({"score": 2.0}, -2.0, 0.9),
        FakeReader(),
        COMPARISON,
    )
    assert evidence.quotes == ()
    assert evidence.confidence == pytest.approx(1 / (1 + math.exp(2.0 - 1.4)))


def test_both_sides_of_a_disagreement_are_quoted() -> None:
    passages = [
        read(1, "Ten ships sank.", 0.7, article="a", value="Ten"),
        read(2, "Ships sank.", 0.6, article="a"),
        read(3, "Ships sank here.", 0.5, article="a"),
        read(4, "In all 14 ships sank.", 0.4, article="b", value="14"),
    ]
    evidence = weigh("How many ships sank?", passages, 3, CERTAIN, FakeReader(), COMPARISON)
    assert evidence.disagreement == Disagreement("disagree", (0, 1), ("Ten", "14"))
    assert [quote.text for quote in evidence.quotes] == ["Ten ships sank.", "Ships sank.", "In all 14 ships sank."]
    assert weigh("How many ships sank?", passages, 1, CERTAIN, FakeReader(), COMPARISON).disagreement is None


def test_features_are_those_of_the_first_passage_and_the_best_judgement_of_the_first_three() -> None:
    passages = [replace(read(row, "Ten ships.", 0.7), answerable=odds) for row, odds in enumerate((1, 3, -2, 7))]
    expected = {"score": 0.7, "late": 0.6, "dense": 0.5, "answerable": 3, "unknown": 0.25, "missing": 0.0}
    assert features(passages) == expected
    assert features([replace(passages[0], answerable=99.0)])["answerable"] == MOST_ODDS


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("How many ships?", "Some ships.", 1.0),
        ("How many ships sank in 1912?", "Ten ships sank in 1911.", 0.0),
        ("When did it sink?", "It sank.", 1.0),
        ("When did it sink?", "It sank at night.", 0.0),
        ("Why did it sink?", "It sank.", 0.0),
    ],
)
def test_what_is_asked_for_may_be_missing(question: str, text: str, missing: float) -> None:
    assert features([read(1, text, 0.7, question)])["missing"] == missing


def test_headings_and_bylines_step_back() -> None:
    kinds: list[ParagraphKind] = ["heading", "metadata", "caption"]
    scores = np.array([0.9, 0.8, 0.7], np.float32)
    assert demote_headings("Why?", kinds, scores) == pytest.approx([0.9 - DEMOTION, 0.8 - DEMOTION, 0.7])
    assert demote_headings("What is the headline?", kinds, scores) == pytest.approx([0.9, 0.8 - DEMOTION, 0.7])


def test_fitting_finds_what_tells_right_from_wrong() -> None:
    examples = [Example({"score": 0.9, "noise": n % 2}, right=True, answerable=True) for n in range(50)]
    examples += [Example({"score": 0.1, "noise": n % 2}, right=False, answerable=False) for n in range(50)]
    confidence = fit([examples])
    assert confidence.weights["score"] > 1
    assert abs(confidence.weights["noise"]) < 0.01
    assert confidence.probability({"score": 0.9, "noise": 0}) > confidence.threshold
    assert confidence.probability({"score": 0.1, "noise": 0}) < confidence.threshold
