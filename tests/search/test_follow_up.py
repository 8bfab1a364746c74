import pytest

from qa.requests import Turn
from qa.search.follow_up import dependence_features, depends_on_history

HISTORY = (
    Turn("When is the trial of Vinogradov?", "It begins on 4 May in Riga."),
    Turn("Who is the judge?", "Ann Lee."),
)


@pytest.mark.parametrize(
    "question", ["And where is it?", "How old is she?", "why?", "What did they say then?", "who else spoke"]
)
def test_a_question_without_a_subject_depends_on_what_was_said(question: str) -> None:
    assert depends_on_history(question, HISTORY)


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the article about the Elbe ferry?",
        "How many boats sank off Ebeltoft in 1932?",
        "which newspaper said in december 2023 that requests for help have almost doubled",
    ],
)
def test_a_question_that_names_its_own_subject_does_not(question: str) -> None:
    assert not depends_on_history(question, HISTORY)


def test_without_history_nothing_is_depended_on() -> None:
    assert not depends_on_history("And why?", ())


def test_features_count_names_and_words_that_were_not_said() -> None:
    found = dependence_features("When did Vinogradov meet the mayor of Oslo?", HISTORY)
    assert found == {
        "person": 0.0,
        "thing": 0.0,
        "several": 0.0,
        "another": 0.0,
        "definite": 1.0,
        "names": 2.0,
        "names_said": 1.0,
        "fresh": 3.0,
        "short": 0.0,
    }
