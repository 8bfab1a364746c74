"""Questions and answers at the command line, over a fake engine."""

import json

import pytest

from qa.cli import jsonl
from qa.requests import AskRequest
from tests.cli.runs import run_here
from tests.web.fakes import FakeEngine

QUESTION = "How many criminal cases were opened against deserters?"


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    engine = FakeEngine()
    for module in ("qa.factory", "qa.factory.engines"):
        monkeypatch.setattr(f"{module}.open_engine", lambda *_, **__: engine)
    return engine


def test_the_question_comes_from_arguments_joined_by_spaces(engine: FakeEngine) -> None:
    ran = run_here("ask", *QUESTION.split())
    assert ran.code == 0
    assert ran.out == (
        "“In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters.” [1]\n\n"
        "[1] Soldiers refuse to fight\n    2023-08-14\n    deserters.txt:5, paragraph 2\n\nConfidence: high (90%)\n"
    )
    assert engine.requests == [AskRequest(QUESTION)]


@pytest.mark.parametrize("words", [[], ["-"]], ids=str)
@pytest.mark.parametrize("stdin", [f"  {QUESTION}\n", f"\ufeff{QUESTION}"])
def test_the_question_comes_from_a_pipe(words: list[str], stdin: str, engine: FakeEngine) -> None:
    ran = run_here("ask", *words, stdin=stdin.encode())
    assert ran.code == 0
    assert engine.requests == [AskRequest(QUESTION)]


def test_options_become_fields_of_the_request(engine: FakeEngine) -> None:
    words = ["--article", "a", "--article", "b/c", "--since", "2022-01-01", "--until", "2022-12-31"]
    run_here("ask", *words, "--passages", "7", "--quotes", "2", "--searched-for", "soldiers", QUESTION)
    assert engine.requests == [
        AskRequest(
            QUESTION,
            searched_for="soldiers",
            passages=7,
            quotes=2,
            articles=("a", "b/c"),
            since="2022-01-01",
            until="2022-12-31",
        )
    ]


def test_a_day_that_is_none_is_refused_before_anything_is_asked(engine: FakeEngine) -> None:
    ran = run_here("ask", "--since", "2022-02-30", QUESTION)
    assert (ran.code, engine.requests) == (2, [])
    assert "'2022-02-30' does not match the format '%Y-%m-%d'" in ran.err


def test_passages_are_shown_where_they_are_asked_for(engine: FakeEngine) -> None:
    ran = run_here("ask", "--passages", "2", QUESTION)
    assert ran.out.endswith(
        "    deserters.txt:5, paragraph 2\n\nConfidence: high (90%)\n\nPassages searched:\n"
        "  In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters.\n    deserters.txt:5\n"
        "  Most were convicted.\n    deserters.txt:5\n"
    )


def test_json_is_the_answer_and_a_refusal_ends_with_1(engine: FakeEngine) -> None:
    answered = run_here("ask", "--json", QUESTION)
    assert answered.code == 0
    fields = json.loads(answered.out)
    assert (fields["answered"], fields["question"], len(fields["citations"])) == (True, QUESTION, 1)
    refused = run_here("ask", "--json", "best pasta recipe")
    assert refused.code == 1
    assert json.loads(refused.out)["citations"] == []


def test_json_holds_nothing_that_a_terminal_obeys(engine: FakeEngine) -> None:
    ran = run_here("ask", "--json", "pasta \x9b31m \u202e \x7f?")
    assert r"pasta \u009b31m \u202e \u007f?" in ran.out
    assert json.loads(ran.out)["question"] == "pasta \x9b31m \u202e \x7f?"


def test_bytes_that_are_no_text_become_the_replacement_character(engine: FakeEngine) -> None:
    run_here("ask", "caf\udce9?")
    run_here("ask", stdin=b"caf\xe9?")
    assert [request.question for request in engine.requests] == ["caf\ufffd?", "caf\ufffd?"]


def test_lines_are_answered_in_order_and_refusals_are_no_failure(engine: FakeEngine) -> None:
    stdin = f'{{"id": "b", "question": "{QUESTION}", "kind": "fact"}}\n\n{{"id": 1, "question": "pasta?"}}'
    ran = run_here("ask", "--jsonl", stdin=stdin.encode())
    assert (ran.code, ran.err) == (0, "")
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert [(answer["id"], answer["answered"]) for answer in answers] == [("b", True), (1, False)]


def test_options_hold_for_all_lines_that_say_nothing_else(engine: FakeEngine) -> None:
    stdin = (
        b'{"question": "Why?"}\n{"question": "Who?", "quotes": 1, "articles": ["b"]}\n'
        b'{"question": "When?", "quotes": null, "articles": null, "since": null}'
    )
    run_here("ask", "--jsonl", "--quotes", "5", "--article", "a", stdin=stdin)
    assert [(one.quotes, one.articles) for one in engine.requests] == [(5, ("a",)), (1, ("b",)), (5, ("a",))]


@pytest.mark.parametrize(
    ("line", "identifier", "error"),
    [
        (b"nonsense", None, "Not JSON: "),
        (b"[1]", None, "A line has to be a JSON object with a question."),
        (b"[" * 100_000, None, "A line is nested too deeply."),
        (b'{"id": 7}', 7, "`question` is missing."),
        (b'{"id": "x", "question": 1}', "x", "`question` has to be text, not a whole number."),
        (b'{"id": [1], "question": "Why?"}', None, "`id` has to be "),
        (b'{"id": "\\ud800", "question": ""}', "\ufffd", "`question` is empty."),
        (b'{"id": "\xff", "question": NaN}', None, "Not JSON: "),
        (b'{"id": 1, "question": "' + b"x" * 2001 + b'"}', 1, "`question` may have 2,000 characters at most."),
        (b'{"id": 1, "question": "' + b"x" * 5_000_000 + b'"}', None, "A line has more than 4194304 bytes."),
    ],
    ids=range(10),
)
def test_a_bad_line_gives_id_and_error_and_the_run_goes_on(
    line: bytes, identifier: object, error: str, engine: FakeEngine
) -> None:
    ran = run_here("ask", "--jsonl", stdin=b"\n" + line + b'\n{"id": "next", "question": "Why?"}\n')
    assert ran.code == 2
    refused, answered = [json.loads(one) for one in ran.out.splitlines()]
    assert refused.keys() == {"id", "error", "line"}
    assert refused["line"] == 2
    assert refused["id"] == identifier
    assert refused["error"].startswith(error)
    assert answered["id"] == "next"


def test_a_line_with_no_text_in_it_is_answered(engine: FakeEngine) -> None:
    run_here("ask", "--jsonl", stdin=b'\xef\xbb\xbf{"question": "caf\xe9 \\ud800 \\\\ud800 \\ud83d\\ude00"}')
    assert engine.requests[0].question == "caf\ufffd \ufffd \\ud800 😀"


def test_a_line_is_never_held_whole_when_it_is_too_long(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "LINE_BYTES", 40)
    stdin = b'{"question": "' + b"x" * 200 + b'"}\n{"id": 2, "question": "Why?"}'
    ran = run_here("ask", "--jsonl", stdin=stdin)
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == [None, 2]
