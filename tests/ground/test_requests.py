import pytest

from qa.errors import BadRequest
from qa.requests import AskRequest, Turn, request_from


def test_only_the_question_is_required() -> None:
    assert request_from({"question": "Who?"}) == AskRequest("Who?", (), None, 10, (), None, None, None, 3)


def test_history_is_read_as_turns() -> None:
    fields = {"question": "Why?", "history": [{"question": "Who?", "answer": "He."}], "id": 7}
    assert request_from(fields) == AskRequest("Why?", (Turn("Who?", "He."),), id=7)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({}, "missing required field `question`"),
        ({"question": ""}, r"length >= 1 - at `\$\.question`"),
        ({"question": " \n"}, "The question is empty"),
        ({"question": "x" * 3000}, r"length <= 2000 - at `\$\.question`"),
        ({"question": 1}, r"Expected `str`, got `int` - at `\$\.question`"),
        ({"question": "x", "colour": 1}, "unknown field `colour`"),
        ({"question": "x", "passages": 101}, r"<= 100 - at `\$\.passages`"),
        ({"question": "x", "quotes": 0}, r">= 1 - at `\$\.quotes`"),
        ({"question": "x", "quotes": True}, r"got `bool` - at `\$\.quotes`"),
        ({"question": "\x1c\x85\ufeff\u3000"}, "The question is empty"),
        ({"question": "x", "searched_for": " "}, "The question is empty"),
        ({"question": "x", "since": "yesterday"}, r"matching regex .* at `\$\.since`"),
        ({"question": "x", "since": "٢٠٢٣-٠١-٠١"}, r"matching regex .* at `\$\.since`"),
        ({"question": "x", "until": "2023-02-29"}, "No calendar has the day 2023-02-29"),
        ({"question": "x", "history": [{"answer": "y"}]}, r"`question` - at `\$\.history\[0\]`"),
    ],
)
def test_what_cannot_be_taken_is_named(fields: dict[str, object], complaint: str) -> None:
    with pytest.raises(BadRequest, match=complaint):
        request_from(fields)


def test_other_fields_of_a_line_can_be_ignored() -> None:
    fields = {"question": "Why?", "kind": "fact", "history": [{"question": "Who?", "answer": "He.", "note": 1}]}
    assert request_from(fields, ignore_unknown=True) == AskRequest("Why?", (Turn("Who?", "He."),))
