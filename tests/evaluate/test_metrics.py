from __future__ import annotations

import http.client
import json
import logging
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.fakes import ApiEngine, api_site
from web.serving.server import Server

QUESTION = "How many criminal cases against deserters?"
HEADERS = {"Content-Type": "application/json"}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return api_site(tmp_path).test_client()


def figures(client: FlaskClient) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


def test_requests_are_counted_by_route_and_class_of_status(client: FlaskClient) -> None:
    client.post("/v1/ask", json={"question": QUESTION})
    client.post("/v1/ask", json={})
    client.get("/v1/articles/deserters")
    client.get("/v1/articles/nowhere/at/all")
    client.get("/secret-path")
    client.open("/v1/ask", method="BREW")
    found = figures(client)
    count = "qa_request_duration_seconds_count"
    assert found[f'{count}{{method="POST",route="/v1/ask",status="2xx"}}'] == 1
    assert found[f'{count}{{method="POST",route="/v1/ask",status="4xx"}}'] == 1
    assert found[f'{count}{{method="GET",route="/v1/articles/<path:article_id>",status="2xx"}}'] == 1
    assert found[f'{count}{{method="GET",route="/v1/articles/<path:article_id>",status="4xx"}}'] == 1
    assert found[f'{count}{{method="GET",route="none",status="4xx"}}'] == 1
    assert found[f'{count}{{method="other",route="none",status="4xx"}}'] == 1
    assert not [name for name in found if "secret" in name or "nowhere" in name]


def test_answers_refusals_and_the_index_are_counted(client: FlaskClient) -> None:
    for question in (QUESTION, "Best pasta recipe?", "Best of all?"):
        client.post("/v1/ask", json={"question": question})
    found = figures(client)
    assert (found['qa_answers_total{outcome="answered"}'], found['qa_answers_total{outcome="refused"}']) == (1, 2)
    assert found['qa_stage_duration_seconds_count{stage="answer"}'] == 3
    assert found['qa_index{generation="g1",model="fake"}'] == 1
    assert found["qa_index_articles"] == 6


def test_two_sites_in_one_process_count_apart(tmp_path: Path) -> None:
    one, other = (api_site(tmp_path / name).test_client() for name in ("one", "other"))
    one.post("/v1/ask", json={"question": QUESTION})
    assert figures(other)['qa_answers_total{outcome="answered"}'] == 0


def lines(caplog: pytest.LogCaptureFixture) -> list[Any]:
    return [json.loads(one.getMessage()) for one in caplog.records if one.name == "qa.requests"]


def test_the_log_has_a_line_for_each_request_without_its_question(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "qa.requests")
    client.post("/v1/ask", json={"question": QUESTION}, headers={"X-Request-Id": "r1"})
    client.get(f"/?q={QUESTION}")
    client.get("/nothing")
    first, second, third = lines(caplog)
    assert {**first, "time": "", "ms": 0, "bytes": 0} == {
        "time": "",
        "request_id": "r1",
        "method": "POST",
        "route": "/v1/ask",
        "status": 200,
        "ms": 0,
        "bytes": 0,
        "questions": 1,
        "refusals": 0,
    }
    assert (second["route"], third["route"], third["status"]) == ("/", None, 404)
    assert "deserters" not in caplog.text


def test_the_log_has_questions_where_that_is_switched_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "qa.requests")
    client = api_site(tmp_path, log_questions=True).test_client()
    client.post("/v1/ask/batch", json={"questions": [{"question": QUESTION}, {"question": "Why?"}]})
    (line,) = lines(caplog)
    assert (line["questions"], line["refusals"], line["asked"]) == (2, 1, [QUESTION, "Why?"])


class GatedEngine(ApiEngine):
    """Answers nothing until its gate is opened."""

    gate = threading.Event()
    entered = threading.Event()

    def ask(self, request: Any) -> Any:
        self.entered.set()
        assert self.gate.wait(20)
        return super().ask(request)


def test_a_full_queue_turns_away_at_once_and_still_tells_how_it_is(tmp_path: Path) -> None:
    engine = GatedEngine()
    server = Server(api_site(tmp_path, engine), "127.0.0.1", 0, threads=1, queue_limit=2)
    thread = threading.Thread(target=server.run)
    thread.start()
    connections = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=20) for _ in range(5)]
    *waiting, late, watcher = connections
    for number, connection in enumerate(waiting):
        connection.request("POST", "/v1/ask", json.dumps({"question": QUESTION}), HEADERS)
        # The first is taken up by the only thread, the others wait in the queue.
        assert engine.entered.wait(20)
        while len(server.waiting) < number:
            time.sleep(0.01)
    late.request("POST", "/v1/ask", json.dumps({"question": QUESTION}), HEADERS)
    refusal = late.getresponse()
    assert (refusal.status, refusal.headers["Retry-After"]) == (503, "1")
    assert refusal.headers["Content-Type"] == "application/problem+json"
    assert json.loads(refusal.read())["detail"].startswith("More questions are waiting here")
    watcher.request("GET", "/healthz")
    assert watcher.getresponse().read() == b'{"status":"ok"}'
    watcher.request("GET", "/metrics")
    assert b"qa_overloads_total 1.0" in watcher.getresponse().read()
    engine.gate.set()
    assert [json.loads(one.getresponse().read())["answered"] for one in waiting] == [True] * 3
    for connection in connections:
        connection.close()
    server.stop()
    thread.join(timeout=20)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    "sent", [b"GARBAGE\r\n\r\n", b"\x16\x03\x01\r\n\r\n", b"GET / HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n"]
)
def test_bytes_that_are_no_request_have_their_line(
    tmp_path: Path, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "qa.requests")
    server = Server(api_site(tmp_path), "127.0.0.1", 0, threads=1)
    thread = threading.Thread(target=server.run)
    thread.start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.sendall(sent)
        reply = raw.makefile("rb").read()
    server.stop()
    thread.join(timeout=20)
    (line,) = lines(caplog)
    assert reply.split(b" ")[1] == str(line["status"]).encode()
    assert line["route"] is None
