from dataclasses import replace

import pytest

from qa.answer.disagreement.find import Disagreement, DisagreementWeights, Side, find_disagreement
from qa.answer.disagreement.values import AnswerSpan

TOLD = DisagreementWeights({"words": 0.0}, 5.0, 0.5)
WHEN, HOW_MANY = "When did the Elbe Bridge open?", "How many boats sank off Ebeltoft?"


def alike(one: str, other: str) -> float:
    return 0.5


DAYS = {"new": "2023-05-02", "old": "2023-05-01"}


def side(article: str, sentence: str, value: str, odds: float = 2.0) -> Side:
    return Side(article, "", sentence, sentence, odds, (AnswerSpan(value, -0.2),))


def found(question: str, *sides: Side) -> Disagreement | None:
    return find_disagreement(question, sides, DAYS.get, TOLD, alike)


def test_two_articles_with_values_that_differ_disagree() -> None:
    sides = side("a", "The Elbe Bridge opened in 1932.", "1932"), side("b", "The Elbe Bridge opened in 1934.", "1934")
    assert found(WHEN, *sides) == Disagreement("disagree", (0, 1), ("1932", "1934"))


def test_the_wording_of_the_question_does_not_decide() -> None:
    sides = (
        side("a", "Twelve boats sank off Ebeltoft.", "Twelve"),
        side("b", "In all 20 boats sank off Ebeltoft.", "20"),
    )
    for question in (HOW_MANY, "What number of boats sank off Ebeltoft?", "Number of boats sunk off Ebeltoft"):
        assert found(question, *sides) == Disagreement("disagree", (0, 1), ("Twelve", "20"))


def test_values_that_may_be_the_same_agree() -> None:
    sides = (
        side("a", "More than ten boats sank off Ebeltoft.", "More than ten"),
        side("b", "14 boats sank off Ebeltoft.", "14"),
    )
    assert found(HOW_MANY, *sides) is None


def test_an_article_never_disagrees_with_itself() -> None:
    one = side("a", "The Elbe Bridge opened in 1932.", "1932")
    assert (
        found(WHEN, one, replace(one, passage="The Elbe Bridge opened in 1934.", spans=(AnswerSpan("1934", -0.1),)))
        is None
    )


def test_an_article_disagrees_with_its_own_correction() -> None:
    text = "Correction: an earlier version of this article gave a wrong date. The Elbe Bridge opened in 1934."
    sides = side("a", "The Elbe Bridge opened in 1932.", "1932"), side("a", text, "1934")
    assert found(WHEN, *sides) == Disagreement("disagree", (0, 1), ("1932", "1934"))


def test_what_hardly_answers_or_names_something_else_is_no_side() -> None:
    one = side("a", "The Elbe Bridge opened in 1932.", "1932")
    assert found(WHEN, one, side("b", "The Elbe Bridge opened in 1934.", "1934", odds=-3.0)) is None
    assert found(WHEN, one, side("b", "The canal opened in 1934.", "1934")) is None


def test_of_articles_of_different_days_the_newer_one_is_later() -> None:
    sides = (
        side("new", "By now 20 boats sank off Ebeltoft.", "20"),
        side("old", "Twelve boats sank off Ebeltoft.", "Twelve"),
    )
    assert found(HOW_MANY, *sides) == Disagreement("later", (1, 0), ("Twelve", "20"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Lee (sailor) plays the cello.", "Ann Lee (botanist) plays the horn."),
        ("Ann Lee, born in 1902, plays the cello.", "Ann Lee, born in 1971, plays the horn."),
    ],
)
def test_two_bearers_of_a_name_are_told_apart(one: str, other: str) -> None:
    sides = side("a", one, "the cello"), side("b", other, "the horn")
    assert found("What instrument does Ann Lee play?", *sides) == Disagreement(
        "another of that name", (0, 1), ("the cello", "the horn")
    )


def test_one_side_may_deny_what_the_other_affirms() -> None:
    sides = side("a", "Tenants can leave early.", ""), side("b", "Tenants cannot leave early.", "")
    assert found("Can tenants leave early?", *sides) == Disagreement("disagree", (0, 1), ("", ""))
    assert found("Can tenants leave early?", sides[0], side("b", "The roof does not leak.", "")) is None


def test_a_question_without_a_single_value_has_no_disagreement() -> None:
    sides = side("a", "They left for the sun.", "the sun"), side("b", "They left for work.", "work")
    assert found("Why did they leave?", *sides) is None


def test_an_improbable_pair_is_not_told() -> None:
    sides = side("a", "The Elbe Bridge opened in 1932.", "1932"), side("b", "The Elbe Bridge opened in 1934.", "1934")
    assert find_disagreement(WHEN, sides, DAYS.get, replace_threshold(0.999), alike) is None


def replace_threshold(threshold: float) -> DisagreementWeights:
    return DisagreementWeights(TOLD.weights, TOLD.intercept, threshold)
