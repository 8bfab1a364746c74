"""Writing over the API and on the terminal: the real engine over the seed articles, a fake endpoint on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa.errors import BadSetting
from qa.factory import open_engine, open_writer
from qa.settings import Settings, read_settings
from tests.cli.runs import run_program
from tests.writing.fakes import FakeEndpoint, FakeRequest, fake_endpoint, pieces
from web import create_app

QUESTION = "How many criminal cases were opened against deserters in the first half of 2023?"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[FakeEndpoint]:
    def script(request: FakeRequest) -> None:
        quotation = request.body["messages"][1]["content"].split("\n")[0]
        text = quotation.split(") ", 1)[1]
        pieces(f"{text} [1] ", "The moon is made of cheese [1].")(request)

    with fake_endpoint(script) as served:
        yield served


@pytest.fixture(scope="module")
def client(seeds_index: Path, endpoint: FakeEndpoint, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    data = tmp_path_factory.mktemp("data")
    settings = Settings(index=seeds_index, data=data, writer=endpoint.address, writer_model="fake")
    return create_app(open_engine(settings), settings).test_client()


def test_the_api_sends_the_quotations_and_what_was_written(client: FlaskClient) -> None:
    plain = client.post("/v1/ask", json={"question": QUESTION}).get_json()
    answer = client.post("/v1/ask", json={"question": QUESTION, "write": True}).get_json()
    written = answer.pop("written")
    assert plain.pop("written") is None
    assert {**answer, "took_ms": plain["took_ms"]} == plain
    assert [one["text"] for one in written["sentences"]] == [" ".join(answer["citations"][0]["shown"].split())]
    assert (written["left_out"], written["outcome"], written["model"]) == (1, "written", "fake")


def test_events_send_the_answer_before_anything_is_written(client: FlaskClient) -> None:
    sent = client.post("/v1/ask", json={"question": QUESTION, "write": True}, headers={"Accept": "text/event-stream"})
    assert sent.mimetype == "text/event-stream"
    events = [part.split("\n") for part in sent.text.strip().split("\n\n")]
    assert [name for name, _ in events] == ["event: answer", "event: sentence", "event: end"]
    answer, sentence, end = (json.loads(data.removeprefix("data: ")) for _, data in events)
    assert answer["question"] == QUESTION
    assert end["sentences"] == [sentence]


def test_a_conversation_keeps_what_was_written_for_its_turn(client: FlaskClient) -> None:
    identifier = client.post("/v1/conversations", json={}).get_json()["id"]
    address, body = f"/v1/conversations/{identifier}/ask", {"question": QUESTION, "write": True}
    turn = client.post(address, json=body).get_json()
    assert (turn["answer"]["written"]["outcome"], turn["answer"]["written"]["left_out"]) == ("written", 1)
    sent = client.post(address, json=body, headers={"Accept": "text/event-stream"})
    events = [part.split("\n") for part in sent.text.strip().split("\n\n")]
    assert [name for name, _ in events] == ["event: turn", "event: sentence", "event: end"]
    second, sentence, end = (json.loads(data.removeprefix("data: ")) for _, data in events)
    assert (second["turn"], second["answer"]["written"], end["sentences"]) == (2, None, [sentence])
    plain = client.post(address, json={"question": QUESTION}).get_json()
    kept = client.get(f"/v1/conversations/{identifier}").get_json()["turns"]
    assert kept == [turn, {**second, "answer": {**second["answer"], "written": end}}, plain]
    assert plain["answer"]["written"] is None


@pytest.mark.parametrize("question", ["Summarise the desertion cases", "Compare the desertion cases of the soldiers"])
def test_an_overview_gets_more_quotations_and_a_text_where_one_is_written(
    client: FlaskClient, endpoint: FakeEndpoint, question: str
) -> None:
    plain = client.post("/v1/ask", json={"question": question}).get_json()
    assert "here." in plain["statements"][0]["text"]
    assert len(plain["citations"]) <= 3
    written = client.post("/v1/ask", json={"question": question, "write": True}).get_json()
    assert all(one["markers"] for one in written["statements"])
    assert len(written["citations"]) > 3
    sent = endpoint.requests[-1].body["messages"][1]["content"]
    assert all(f"\n[{one['marker']}] " in f"\n{sent}" for one in written["citations"])


def test_a_refusal_is_not_sent(client: FlaskClient, endpoint: FakeEndpoint) -> None:
    asked = len(endpoint.requests)
    answer = client.post("/v1/ask", json={"question": "best pasta recipe", "write": True}).get_json()
    assert (answer["answered"], answer["written"]["outcome"]) == (False, "not_asked")
    assert len(endpoint.requests) == asked


def test_nothing_is_sent_unless_it_is_asked_for(client: FlaskClient, endpoint: FakeEndpoint) -> None:
    asked = len(endpoint.requests)
    client.post("/v1/ask", json={"question": QUESTION})
    client.post("/v1/ask", json={"question": QUESTION, "write": False})
    assert len(endpoint.requests) == asked


def test_a_site_without_a_writer_says_so(seeds_index: Path, tmp_path: Path) -> None:
    settings = Settings(index=seeds_index, data=tmp_path)
    site = create_app(open_engine(settings), settings).test_client()
    refused = site.post("/v1/ask", json={"question": QUESTION, "write": True})
    assert refused.status_code == 403
    assert "QA_WRITER" in refused.get_json()["detail"]
    identifier = site.post("/v1/conversations", json={}).get_json()["id"]
    refused = site.post(f"/v1/conversations/{identifier}/ask", json={"question": QUESTION, "write": True})
    assert (refused.status_code, site.get(f"/v1/conversations/{identifier}").get_json()["turns"]) == (403, [])


def test_the_terminal_prints_the_quotations_and_then_what_was_written(
    seeds_index: Path, endpoint: FakeEndpoint
) -> None:
    variables: dict[str, Any] = {"QA_INDEX": str(seeds_index), "QA_WRITER": endpoint.address, "QA_WRITER_MODEL": "fake"}
    ran = run_program("ask", "--write", QUESTION, **variables)
    assert ran.code == 0
    quoted, _, written = ran.out.partition("Confidence:")
    assert "2,076" in quoted
    assert written.endswith(
        f"\n\nWritten by fake at 127.0.0.1:{endpoint.server_port}, checked against the quotations. "
        "1 sentence left out: not supported.\n"
    )
    answer = json.loads(run_program("ask", "--write", "--json", QUESTION, **variables).out)
    assert answer["written"]["outcome"] == "written"
    without = run_program("ask", "--write", QUESTION, QA_INDEX=str(seeds_index))
    assert (without.code, "Set QA_WRITER" in without.err) == (2, True)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"QA_WRITER": "http://key@127.0.0.1/v1"}, "without a key in it"),
        ({"QA_WRITER": "ftp://127.0.0.1"}, "without a key in it"),
        ({"QA_WRITER_KEY_FILE": "/nowhere/at/all"}, "a file that is there"),
        ({"QA_WRITER_WAIT": "0"}, "a number from 1"),
        ({"QA_WRITER_CONTEXT": "8"}, "a number from 512"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_without_its_key(variables: dict[str, str], message: str) -> None:
    with pytest.raises(BadSetting, match=message) as refused:
        read_settings(variables)
    assert "key@" not in str(refused.value)


def test_the_model_has_to_be_named_and_the_key_may_stand_in_a_file(seeds_index: Path, tmp_path: Path) -> None:
    engine = open_engine(Settings(index=seeds_index))
    with pytest.raises(BadSetting, match="QA_WRITER_MODEL"):
        open_writer(Settings(writer="http://127.0.0.1:1/v1"), engine)
    assert open_writer(Settings(), engine) is None
    key = tmp_path / "key"
    key.write_bytes(b"\xff\xfe")
    with pytest.raises(BadSetting, match="cannot be read as text"):
        open_writer(Settings(writer="http://127.0.0.1:1/v1", writer_model="m", writer_key_file=key), engine)
