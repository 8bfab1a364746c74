import pytest

from qa.answer.disagreement.values import AnswerSpan, Value, ValueKind, asked_kind, value_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When did the bridge open?", "date"),
        ("In what year was the port dug?", "date"),
        ("How many boats sank?", "number"),
        ("What is the population of Ebeltoft?", "number"),
        ("Who built the lighthouse?", "phrase"),
        ("What instrument does Ann Lee play?", "phrase"),
        ("What is the profession of Ann Lee?", "phrase"),
        ("What is Ann Lee's profession?", "phrase"),
        ("Who was Ann Lee's father?", "phrase"),
        ("Who is Ann Lee?", None),
        ("What is the role of the mayor?", None),
        ("What are the lighthouses called?", None),
        ("Why did the port close?", None),
        ("What did the mayor say?", None),
        ("Can tenants leave early?", None),
    ],
)
def test_a_question_asks_for_one_value_or_for_none(question: str, kind: ValueKind | None) -> None:
    assert asked_kind(question) == kind


def test_the_value_is_the_best_span_of_the_kind_asked_for() -> None:
    spans = AnswerSpan("the Elbe Bridge", -0.5), AnswerSpan("in 1932", -1.0), AnswerSpan("1934", -2.0)
    assert value_of("When did the Elbe Bridge open?", "date", spans) == value_of("When?", "date", spans[1:])


def test_a_phrase_is_what_the_question_does_not_say_itself() -> None:
    value = value_of(
        "What instrument does Ann Lee play?", "phrase", [AnswerSpan("Ann Lee plays", -0.1), AnswerSpan("a cello", -2)]
    )
    assert value == Value("a cello", "phrase", stems=frozenset({"cello"}))


def test_improbable_and_long_spans_are_no_values() -> None:
    assert value_of("Who sang?", "phrase", [AnswerSpan("Ann Lee", -5.0)]) is None
    assert value_of("Who sang?", "phrase", [AnswerSpan("one two three four five six seven eight", -0.1)]) is None


@pytest.mark.parametrize(
    ("question", "one", "other", "differ"),
    [
        ("When did it open?", "in 1932", "on 19 March 1932", False),
        ("When did it open?", "in 1932", "in 1934", True),
        ("When did it open?", "March 19", "in 1934", False),
        ("How many sank?", "more than ten", "14", False),
        ("How many sank?", "twelve", "at least 20", True),
        ("How much?", "$30", "20 percent", False),
        ("Which town?", "Ebeltoft", "the town of Ebeltoft", False),
        ("Which town?", "Ebeltoft", "Aarhus", True),
    ],
)
def test_values_differ_where_they_are_comparable_and_not_the_same(
    question: str, one: str, other: str, differ: bool
) -> None:
    kind = asked_kind(question)
    assert kind is not None
    first, second = (value_of(question, kind, [AnswerSpan(text, -0.1)]) for text in (one, other))
    assert first is not None
    assert second is not None
    assert first.differs(second) is second.differs(first) is differ
