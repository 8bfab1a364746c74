import pytest

from qa.errors import BadRequest
from qa.requests import AskRequest, Turn, request_from


def test_only_the_question_is_required() -> None:
    assert request_from({"question": "Who?"}) == AskRequest("Who?", (), None, 10, (), None, None, None, None, 3)


def test_history_is_read_as_turns() -> None:
    fields = {"question": "Why?", "history": [{"question": "Who?", "answer": "He."}], "id": 7}
    assert request_from(fields) == AskRequest("Why?", (Turn("Who?", "He."),), id=7)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({}, r"^`question` is missing\.$"),
        ({"question": ""}, r"^`question` is empty\.$"),
        ({"question": " \n"}, "The question is empty"),
        ({"question": "x" * 3000}, r"^`question` may have 2,000 characters at most\.$"),
        ({"question": 1}, r"^`question` has to be text, not a whole number\.$"),
        ({"question": "x", "colour": 1}, r"^There is no field `colour`\.$"),
        ({"question": "x", "passages": 101}, r"^`passages` has to be 100 or less\.$"),
        ({"question": "x", "quotes": 0}, r"^`quotes` has to be 1 or more\.$"),
        ({"question": "x", "quotes": True}, r"^`quotes` has to be a whole number, not true or false\.$"),
        ({"question": "\x1c\x85\ufeff\u3000"}, "The question is empty"),
        ({"question": "x", "searched_for": " "}, "The question is empty"),
        ({"question": "x", "since": "yesterday"}, r"^`since` has to be a day of the calendar as YYYY-MM-DD\.$"),
        ({"question": "x", "since": "٢٠٢٣-٠١-٠١"}, r"^`since` has to be a day of the calendar as YYYY-MM-DD\.$"),
        ({"question": "x", "until": "2023-02-29"}, "No calendar has the day 2023-02-29"),
        ({"question": "x", "history": [{"answer": "y"}]}, r"^`history\[0\]\.question` is missing\.$"),
    ],
)
def test_what_cannot_be_taken_is_named(fields: dict[str, object], complaint: str) -> None:
    with pytest.raises(BadRequest, match=complaint):
        request_from(fields)


def test_other_fields_of_a_line_can_be_ignored() -> None:
    fields = {"question": "Why?", "kind": "fact", "history": [{"question": "Who?", "answer": "He.", "note": 1}]}
    assert request_from(fields, ignore_unknown=True) == AskRequest("Why?", (Turn("Who?", "He."),))
