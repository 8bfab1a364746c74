"""Crowds, half requests, slow readers and hostile questions, on loopback: an ordinary question is always answered."""

from __future__ import annotations

import json
import resource
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.reliability.serving import PATIENCE, QUESTION, Site, served
from tests.reliability.sweeping import TALLY, WHOLE

IDLE = 10_000 if WHOLE else 400
HALF_SENT = 1_000 if WHOLE else 100
SLOW_READERS = 100 if WHOLE else 20
AT_ONCE = 1_000 if WHOLE else 150
BODY = json.dumps({"question": QUESTION}).encode()
HEAD = b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
REQUEST = HEAD % len(BODY) + BODY


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("load")) as site:
        assert site.answers()
        yield site


@contextmanager
def crowd(site: Site, count: int, send: bytes = b"") -> Iterator[list[socket.socket]]:
    """Open `count` connections, as far as this process may, and send this on each."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        count = count if hard == resource.RLIM_INFINITY else min(count, hard - 500)
        many = [stack.enter_context(closing(site.connect())) for _ in range(count)]
        for one in many:
            one.sendall(send)
        yield many


def test_idle_connections_keep_nobody_from_an_answer(site: Site) -> None:
    with crowd(site, IDLE) as many:
        assert [site.answers() for _ in range(5)] == [True] * 5
        TALLY["idle connections beside which a question was answered"] += len(many)


@pytest.mark.parametrize(
    "half",
    [b"POST /v1/ask HT", REQUEST[:60], REQUEST[:-1], b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 1000],
    ids=["line", "head", "body", "header"],
)
def test_half_sent_requests_keep_nobody_from_an_answer(site: Site, half: bytes) -> None:
    with crowd(site, HALF_SENT, half) as many:
        assert [site.answers() for _ in range(5)] == [True] * 5
        TALLY["half-sent requests beside which a question was answered"] += len(many)


def test_request_sent_byte_by_byte_is_answered_and_others_meanwhile(site: Site) -> None:
    with closing(site.connect()) as slow:
        for at in range(0, len(REQUEST), 25):
            slow.sendall(REQUEST[at : at + 25])
            assert site.answers()
        assert slow.recv(12) == b"HTTP/1.1 200"


def test_slow_readers_keep_nobody_from_an_answer(site: Site) -> None:
    wanted = json.dumps({"question": QUESTION, "passages": 100}).encode()
    request = (HEAD % len(wanted) + wanted) * 20
    with crowd(site, SLOW_READERS, request) as many:
        assert [site.answers() for _ in range(5)] == [True] * 5
        TALLY["slow readers beside which a question was answered"] += len(many)


def test_reader_that_goes_away_in_the_middle_harms_nobody(site: Site) -> None:
    for _ in range(20):
        with closing(site.connect()) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            one.sendall(REQUEST)
    assert site.answers()


def test_questions_at_once_are_answered_or_told_to_come_again(site: Site) -> None:
    got: Counter[int] = Counter()
    with crowd(site, AT_ONCE, REQUEST) as many:
        for one in many:
            with one.makefile("rb") as stream:
                status = int(stream.readline().split()[1])
                headers = dict(line.decode().strip().lower().split(": ", 1) for line in iter(stream.readline, b"\r\n"))
                body = json.loads(stream.read(int(headers["content-length"])))
            got[status] += 1
            assert body["answered"] if status == 200 else headers["retry-after"] == "1"
    assert set(got) <= {200, 503}
    assert got[200] >= 64
    assert site.answers()
    for status, count in got.items():
        TALLY[f"{AT_ONCE} questions at once: {status}"] += count


HOSTILE: dict[str, tuple[bytes, int]] = {
    "empty": (b'{"question":""}', 400),
    "one megabyte": (b'{"question":"' + b"a" * 1_000_000 + b'"}', 413),
    "NUL": (b'{"question":"a\\u0000b?"}', 200),
    "invalid UTF-8": (b'{"question":"\xff\xfe"}', 400),
    "lone surrogate": (b'{"question":"\\ud800 fox"}', 400),
    "surrogate halves swapped": (b'{"question":"\\udc00\\ud800"}', 400),
    "100,000 combining marks": (json.dumps({"question": "a" + "\u0301" * 100_000}).encode(), 413),
    "2,000 combining marks": (json.dumps({"question": "a" + "\u0301" * 1999}).encode(), 200),
    "right-to-left override": (json.dumps({"question": "\u202eRed fox\u202c river?"}).encode(), 200),
    "only emoji": (json.dumps({"question": "🦊🌊❄️" * 50}).encode(), 200),
    "query operators": (
        json.dumps({"question": '+fox -river "a b"~3 title:* [a TO b] OR AND NOT ^9 \\'}).encode(),
        200,
    ),
    "regex bomb": (json.dumps({"question": "(a+)+$ " + "a" * 1900 + "!"}).encode(), 200),
    "template braces": (json.dumps({"question": "{{7*7}} {% raw %} ${7*7} %(a)s {0.__class__}"}).encode(), 200),
    "one endless word": (json.dumps({"question": "x" * 2000}).encode(), 200),
    "two thousand words": (json.dumps({"question": "a " * 1000}).encode(), 200),
    "only zero width": (json.dumps({"question": "\u200b" * 100}).encode(), 200),
    "deep nesting": (b'{"question":' + b"[" * 50_000, 400),
    "not an object": (b"[]", 400),
    "Zalgo and digits": (json.dumps({"question": "1,2,3," * 300 + "٣" * 100}).encode(), 200),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_question_gets_an_ordinary_answer_or_a_plain_refusal(site: Site, name: str) -> None:
    body, expected = HOSTILE[name]
    status, told = site.post(body)
    assert status == expected
    assert json.loads(told)["status" if status >= 400 else "answered"] in {status, True, False}
    assert site.answers()


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 40_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nBad Header\x00: 1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    ],
    ids=range(9),
)
def test_bytes_that_are_no_good_request_are_refused(site: Site, raw: bytes) -> None:
    reply = b""
    # A server that has read enough closes; what it had not read then makes the connection break off.
    with closing(site.connect()) as one, suppress(OSError):
        one.sendall(raw)
        one.shutdown(socket.SHUT_WR)
        reply = one.makefile("rb").read()
    assert reply == b"" or reply.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4", b"HTTP/1.1 501"))
    assert site.answers()


def test_sigterm_finishes_what_was_begun_and_ends_with_0(tmp_path: Path) -> None:
    with served(tmp_path) as site, crowd(site, 30) as idle, crowd(site, 20, REQUEST) as asking:
        time.sleep(0.05)
        site.process.send_signal(signal.SIGTERM)
        replies = [one.makefile("rb").readline() for one in asking]
        assert {reply.split()[1] for reply in replies} <= {b"200", b"503"}
        assert site.process.wait(PATIENCE) == 0
        assert len(idle) == 30
        with pytest.raises(ConnectionRefusedError):
            site.connect()


def test_questions_are_answered_beside_a_crowd_that_comes_and_goes(site: Site) -> None:
    done = threading.Event()

    def come_and_go() -> None:
        while not done.is_set():
            with crowd(site, 20, REQUEST[:30]):
                time.sleep(0.01)

    guest = threading.Thread(target=come_and_go)
    guest.start()
    try:
        assert [site.answers() for _ in range(20)] == [True] * 20
    finally:
        done.set()
        guest.join()
