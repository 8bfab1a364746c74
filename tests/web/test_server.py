from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.errors import BadSetting
from qa.requests import BODY_BYTES
from tests.web.fakes import FakeEngine, fake_site
from web.serving.server import Server

QUESTION = json.dumps({"question": "How many criminal cases against deserters?"})
HEADERS = {"Content-Type": "application/json"}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def server(tmp_path: Path, engine: FakeEngine) -> Iterator[Server]:
    server = Server(fake_site(tmp_path, engine), "127.0.0.1", 0, threads=2)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join(timeout=20)
    assert not thread.is_alive()


def connect(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)


def test_a_question_is_answered_beside_many_idle_connections(server: Server) -> None:
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(300)]
    connection = connect(server)
    connection.request("POST", "/v1/ask", QUESTION, HEADERS)
    assert json.loads(connection.getresponse().read())["answered"] is True
    for one in idle:
        one.close()
    connection.close()


def test_no_response_names_the_server(server: Server) -> None:
    connection = connect(server)
    connection.request("GET", "/healthz")
    response = connection.getresponse()
    assert response.read() == b'{"status":"ok"}'
    assert response.headers["Server"] is None
    connection.close()


def test_bytes_that_are_no_request_get_a_problem_with_the_headers(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n")
        head, _, body = raw.makefile("rb").read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"content-security-policy: default-src 'none'" in head.lower()
    assert b"\r\nserver:" not in head.lower()
    problem = json.loads(body)
    assert (problem["status"], "error" in problem) == (413, False)


def test_what_the_application_never_sees_is_told_in_the_words_of_who_asked(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000000\r\n\r\n")
        _, _, body = raw.makefile("rb").read().partition(b"\r\n\r\n")
    problem = json.loads(body)
    assert (problem["status"], problem["error"]["code"], problem["error"]["message"]) == (413, 413, problem["detail"])


@pytest.mark.parametrize("begun", [b"\x16\x03\x01\x02\x00\x01\x00", b"GET /healthz HTTP/1.0\nHost: localhost\n\n"])
def test_bytes_that_never_become_a_request_are_refused_at_once(server: Server, begun: bytes) -> None:
    """A handshake of TLS, and lines that end in LF alone: the server would wait for the end of the header."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.sendall(begun)
        head, _, body = raw.makefile("rb").read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 400 ")
    assert json.loads(body)["code"] == "bad-request"


@pytest.mark.parametrize("size", [BODY_BYTES + 1, 8 * BODY_BYTES])
def test_a_body_over_the_limit_is_read_so_that_its_client_gets_the_refusal(server: Server, size: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/v1/ask", b" " * size, HEADERS)
    response = connection.getresponse()
    refusal = json.loads(response.read())
    connection.close()
    assert (response.status, refusal["detail"]) == (413, "The request body is larger than 64 KiB.")


def test_a_body_of_the_limit_is_read(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/v1/ask", QUESTION.ljust(BODY_BYTES), HEADERS)
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())["answered"]) == (200, True)
    connection.close()


def test_stopping_finishes_what_was_begun(tmp_path: Path) -> None:
    engine = FakeEngine(delay=0.5)
    app = fake_site(tmp_path, engine)
    server = Server(app, "127.0.0.1", 0, threads=1)
    thread = threading.Thread(target=server.run)
    thread.start()
    connections = [connect(server) for _ in range(2)]
    for connection in connections:
        connection.request("POST", "/v1/ask", QUESTION, HEADERS)
    while not engine.requests:
        time.sleep(0.01)
    server.stop()
    assert app.extensions["qa"].ready is False
    assert [json.loads(one.getresponse().read())["answered"] for one in connections] == [True, True]
    for connection in connections:
        connection.close()
    thread.join(timeout=20)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))


def test_a_port_in_use_is_named(server: Server, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=f"Port {server.port} on 127.0.0.1 is in use. Stop what runs there, or choose"):
        Server(fake_site(tmp_path), "127.0.0.1", server.port, threads=1)


def test_a_host_that_is_not_here_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"Cannot serve on 192\.0\.2\.1"):
        Server(fake_site(tmp_path), "192.0.2.1", 0, threads=1)


PROGRAM = """
import sys
from pathlib import Path
from tests.web.fakes import fake_site
from web.serving.server import serve
serve(fake_site(Path(sys.argv[1])), "127.0.0.1", 0, 2, lambda address: print(address, flush=True))
"""


def test_sigterm_ends_a_serving_process_with_0(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        port = int(address.rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/readyz")
        assert connection.getresponse().status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        connection.close()
