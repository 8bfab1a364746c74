from qa.requests import AskRequest, Turn
from qa.search.interpretation import ANSWER_LENGTH, CONTEXT_LENGTH, Interpretation, interpret


def test_without_history_a_question_is_read_alone() -> None:
    assert interpret(AskRequest("Who?")) == (Interpretation("Who?", "alone"),)


def test_a_question_that_depends_on_it_is_also_read_after_the_history() -> None:
    history = Turn("Earlier?", "Long ago."), Turn("Who\nsang?", "“Ann sang.” [1] “Bo hummed.” [2]")
    assert interpret(AskRequest("And why did she?", history=history)) == (
        Interpretation("And why did she?", "alone"),
        Interpretation("Earlier? Long ago. Who sang? “Ann sang.” “Bo hummed.” And why did she?", "with_history"),
    )


def test_a_question_that_names_its_own_subject_is_read_alone() -> None:
    request = AskRequest("Who built the Elbe Bridge in Hamburg?", history=(Turn("Who sang?", "Ann."),))
    assert interpret(request) == (Interpretation(request.question, "alone"),)


def test_a_long_answer_is_cut_at_a_word() -> None:
    text = interpret(AskRequest("Why?", history=(Turn("Who?", "word " * 200),)))[1].text
    assert text == f"Who? {'word ' * (ANSWER_LENGTH // 5)}Why?"


def test_of_a_long_history_the_newest_turns_are_read() -> None:
    history = tuple(Turn(f"Question {number}?", "word " * 50) for number in range(50))
    text = interpret(AskRequest("Why?", history=history))[1].text
    assert len(text) <= CONTEXT_LENGTH
    assert text.startswith("Question 47?")
    assert "Question 49? word" in text


def test_what_the_caller_says_to_search_for_is_the_only_reading() -> None:
    request = AskRequest("And why?", history=(Turn("Who?", "Ann."),), searched_for="why Ann sang")
    assert interpret(request) == (Interpretation("why Ann sang", "given"),)
