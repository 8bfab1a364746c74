"""What qa info says of the endpoint that writes: reachable, with its key and model, and how many tokens it takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from qa.writing.endpoint import EndpointWriter
from qa.writing.state import find_state
from tests.cli.runs import run_program
from tests.writing.fakes import FakeRequest, Script, fake_endpoint, pieces


def listing(model: Mapping[str, Any] | None) -> Script:
    """Return a script that writes one word, and lists this model besides another; without one the list fails."""

    def script(request: FakeRequest) -> None:
        if request.command == "POST":
            pieces("Yes")(request)
        elif not model:
            request.begin(500 if model is None else 404, "application/json")
        else:
            request.begin(kind="application/json")
            request.send(json.dumps({"data": [{"id": "other", "context_length": 1}, model]}))

    return script


@pytest.mark.parametrize(
    ("model", "stated", "words"),
    [
        ({"id": "small", "max_model_len": 32768}, 32768, "It takes 32,768 tokens; QA_WRITER_CONTEXT is 4,096."),
        ({"id": "small", "meta": {"n_ctx_train": 2048}}, 2048, "set QA_WRITER_CONTEXT lower than 4,096."),
        ({"id": "small", "context_length": "many"}, None, "It does not say how many tokens it takes"),
        ({"id": "large", "context_length": 9}, None, "It does not say how many tokens it takes"),
        ({}, None, "It does not say how many tokens it takes"),
        (None, None, "It does not say how many tokens it takes"),
    ],
)
def test_an_endpoint_that_answers_says_how_many_tokens_it_takes(
    model: Mapping[str, Any] | None, stated: int | None, words: str
) -> None:
    with fake_endpoint(listing(model)) as endpoint:
        state = find_state(EndpointWriter(endpoint.address, "small", "sk-secret", 4096, 5))
        asked, listed = endpoint.requests
    assert (state.outcome, state.stated_context) == ("answers", stated)
    assert state.in_words.startswith(f"small at {state.host} answers. ")
    assert words in state.in_words
    assert (asked.body["max_tokens"], asked.body["messages"]) == (1, [{"role": "user", "content": "Say yes."}])
    assert (listed.path, listed.headers["Authorization"]) == ("/v1/models", "Bearer sk-secret")


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (401, "key_refused", "refused the key"),
        (404, "model_unknown", "does not know the model"),
        (429, "busy", "too many requests"),
        (500, "endpoint_failed", "failed with status 500"),
    ],
)
def test_an_endpoint_that_cannot_be_used_says_why(status: int, code: str, words: str) -> None:
    with fake_endpoint(lambda request: request.begin(status, "application/json")) as endpoint:
        state = find_state(EndpointWriter(endpoint.address, "small", "sk-secret", 4096, 5))
    assert (state.outcome, state.stated_context) == (code, None)
    assert words in state.in_words
    assert "sk-secret" not in state.in_words


def test_an_endpoint_that_is_down_is_not_reached() -> None:
    assert find_state(EndpointWriter("http://127.0.0.1:9/v1", "small", "", 4096, 5)).outcome == "unreachable"


def test_qa_info_tells_the_state_and_without_a_writer_asks_nobody(seeds_index: Path) -> None:
    with fake_endpoint(listing({"id": "small", "context_window": 8192})) as endpoint:
        variables: dict[str, Any] = {
            "QA_INDEX": str(seeds_index),
            "QA_WRITER": endpoint.address,
            "QA_WRITER_MODEL": "small",
        }
        lines = run_program("info", **variables).out.rstrip().split("\n")
        host = f"127.0.0.1:{endpoint.server_port}"
        assert lines[-1] == (
            f"writer          small at {host} answers. It takes 8,192 tokens; QA_WRITER_CONTEXT is 4,096."
        )
        assert json.loads(run_program("info", "--json", **variables).out)["writer"] == {
            "model": "small",
            "host": host,
            "outcome": "answers",
            "message": "",
            "context": 4096,
            "stated_context": 8192,
        }
    plain = run_program("info", "--json", QA_INDEX=str(seeds_index))
    assert json.loads(plain.out)["writer"] is None
