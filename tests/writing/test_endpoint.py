"""The client of a chat endpoint against a fake one on loopback: each failure has its code and names no key."""

from __future__ import annotations

import json
import socket
import time
from contextlib import closing

import pytest

from qa.writing.endpoint import EndpointWriter
from qa.writing.writer import Source, WriterFailed, WriteTask
from tests.writing.fakes import FakeRequest, Script, fake_endpoint, pieces

TASK = WriteTask("Why?", (Source(1, "Title", None, "A text."),))
KEY = "secret-key-of-the-test"


def write(script: Script, wait: int = 10, context: int = 4096) -> str:
    with fake_endpoint(script) as endpoint:
        return "".join(EndpointWriter(endpoint.address, "small", KEY, context, wait).write(TASK))


def answer_with(status: int, kind: str = "application/json", body: str = "{}", **headers: str) -> Script:
    def script(request: FakeRequest) -> None:
        request.begin(status, kind, **headers)
        request.send(body)

    return script


def stream(*lines: str, pause: float = 0.0) -> Script:
    def script(request: FakeRequest) -> None:
        request.begin()
        for line in lines:
            request.send(line)
            time.sleep(pause)

    return script


def test_a_stream_is_read_piece_by_piece() -> None:
    with fake_endpoint(pieces("<think>hm</think>It ", "sank", " [1].")) as endpoint:
        writer = EndpointWriter(endpoint.address, "small", KEY, 4096, 10)
        assert list(writer.write(TASK)) == ["It ", "sank", " [1]."]
        assert (writer.model, writer.host) == ("small", f"127.0.0.1:{endpoint.server_port}")
        request = endpoint.requests[0]
    assert (request.path, request.headers["Authorization"]) == ("/v1/chat/completions", f"Bearer {KEY}")
    sent = {name: request.body[name] for name in ("model", "stream", "temperature")}
    assert sent == {"model": "small", "stream": True, "temperature": 0}
    assert [message["role"] for message in request.body["messages"]] == ["system", "user"]


def test_an_endpoint_that_does_not_stream_is_read_as_a_whole() -> None:
    assert (
        write(answer_with(200, body=json.dumps({"choices": [{"message": {"content": "It sank [1]."}}]})))
        == "It sank [1]."
    )


def test_a_finish_reason_ends_the_text_and_bad_bytes_do_not() -> None:
    def script(request: FakeRequest) -> None:
        request.begin()
        request.wfile.write(b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n')
        request.send_piece("End.", finish="stop")

    assert write(script) == "\ufffdEnd."


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (answer_with(400), "not_accepted"),
        (answer_with(401, body=KEY), "key_refused"),
        (answer_with(403), "key_refused"),
        (answer_with(404), "model_unknown"),
        (answer_with(413), "not_accepted"),
        (answer_with(429), "busy"),
        (answer_with(500), "endpoint_failed"),
        (answer_with(302, Location="http://evil.example/"), "redirected"),
        (answer_with(200, "text/html", "<p>Hello"), "not_an_answer"),
        (answer_with(200, body="[]"), "endpoint_failed"),
        (answer_with(200, body="{"), "not_an_answer"),
        (answer_with(200, body='{"choices": [{"message": {"content": null}}]}'), "not_an_answer"),
        (answer_with(200, body='{"choices": [1]}'), "not_an_answer"),
        (stream('data: {"error": {"message": "out of memory"}}\n\n'), "endpoint_failed"),
        (stream("data: {broken\n\n"), "not_an_answer"),
        (stream('data: {"choices": []}\n\n'), "broken_off"),
        (stream("data: " + "x" * 1_100_000), "too_long"),
        (stream(*[": wait\n\n"] * 40, pause=0.1), "too_slow"),
    ],
)
def test_each_failure_has_a_code_and_names_the_host_only(script: Script, code: str) -> None:
    with pytest.raises(WriterFailed, match=r"^The writer at 127\.0\.0\.1:\d+ [^\n]+\.$") as failed:
        write(script, wait=1)
    assert failed.value.code == code
    assert KEY not in str(failed.value)


def test_a_slow_beginning_ends_at_the_deadline() -> None:
    started = time.monotonic()
    with pytest.raises(WriterFailed) as failed:
        write(stream("", pause=3), wait=1)
    assert failed.value.code == "too_slow"
    assert time.monotonic() - started < 60


def test_nobody_listens() -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        writer = EndpointWriter(f"http://127.0.0.1:{free.getsockname()[1]}/v1", "small", "", 4096, 10)
        with pytest.raises(WriterFailed) as failed:
            list(writer.write(TASK))
    assert failed.value.code == "unreachable"


def test_proxy_variables_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert write(pieces("Yes.")) == "Yes."


def test_closing_the_writer_ends_the_connection() -> None:
    with fake_endpoint(pieces(*["word "] * 3000, pause=0.01)) as endpoint:
        writing = EndpointWriter(endpoint.address, "small", KEY, 4096, 60).write(TASK)
        assert next(writing) == "word "
        writing.close()
        assert endpoint.left.wait(30)
