from qa.requests import AskRequest, Turn
from qa.search.interpretation import ANSWER_LENGTH, Interpretation, interpret


def test_without_history_a_question_is_read_alone() -> None:
    assert interpret(AskRequest("Who?")) == (Interpretation("Who?", "alone"),)


def test_with_history_it_is_also_read_after_the_last_turn() -> None:
    history = Turn("Earlier?", "Long ago."), Turn("Who\nsang?", "“Ann sang.” [1] “Bo hummed.” [2]")
    assert interpret(AskRequest("And why?", history=history)) == (
        Interpretation("And why?", "alone"),
        Interpretation("Who sang? “Ann sang.” “Bo hummed.” And why?", "with_history"),
    )


def test_a_long_answer_is_cut_at_a_word() -> None:
    text = interpret(AskRequest("Why?", history=(Turn("Who?", "word " * 200),)))[1].text
    assert text == f"Who? {'word ' * (ANSWER_LENGTH // 5)}Why?"


def test_what_the_caller_says_to_search_for_is_the_only_reading() -> None:
    request = AskRequest("And why?", history=(Turn("Who?", "Ann."),), searched_for="why Ann sang")
    assert interpret(request) == (Interpretation("why Ann sang", "given"),)
