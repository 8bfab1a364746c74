"""Asking while the index is written again and again: every Answer whole, from exactly one generation."""

from __future__ import annotations

import http.client
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from qa.citations.verify import PastCitation, verify
from qa.errors import IndexBusy
from qa.records import Answer, Citation, Passage
from qa.requests import AskRequest
from qa.settings import Settings
from qa.store.folder.locks import writer_lock
from qa.store.snapshot import open_snapshot
from tests.building import build
from tests.fakes import FakeEncoder
from tests.reliability.corpus import QUESTIONS, following, index_articles, lay_out, timeless
from tests.reliability.straced import ROOT
from tests.reliability.sweeping import SEED, TALLY, WHOLE
from web import create_app
from web.serving.server import Server

ROUNDS = 100 if WHOLE else 5
ASKERS = 8

SUBJECTS = ("fox", "harbour", "orchard", "museum", "barn owl", "mill", "river", "nets", "trees", "wing")


def texts(number: int) -> dict[str, str]:
    """Return the articles of one round: some stay, some are edited, added or removed."""
    dice = random.Random(f"{SEED} {number}")  # noqa: S311 - a sample, not a secret
    found = {}
    for at, subject in enumerate(SUBJECTS):
        if dice.random() < 0.7:
            edition = dice.randrange(3)
            found[f"{subject}.txt"] = (
                f"About the {subject}\n\nThe {subject} was seen {edition + 2} times in year {1900 + at}. "
                f"Nobody counted the {subject} again.\n\nEdition {edition} tells of the {subject} at length.\n"
            )
    return found or {"fox.txt": "About the fox\n\nThe fox was seen once. Nobody counted.\n"}


ASKED = [f"How often was the {subject} seen?" for subject in SUBJECTS]


class Recorder:
    """What every generation held and answers, written down by the one who builds it."""

    def __init__(self, articles: Path, index: Path) -> None:
        self._articles = articles
        self._index = index
        self.texts: dict[str, dict[str, str]] = {}
        self.answers: dict[str, dict[str, bytes]] = {}

    def build(self, number: int) -> str:
        """Build the index of a round, and note what it answers."""
        held = texts(number)
        lay_out(self._articles, held)
        name = index_articles(self._articles, self._index)
        self.texts[name] = {source.removesuffix(".txt"): text for source, text in held.items()}
        engine = following(self._index)
        self.answers[name] = {question: encoded(engine.ask(AskRequest(question))) for question in ASKED}
        return name

    def faults(self, question: str, answer: Answer) -> Iterator[str]:
        """Yield what is wrong with an answer that an asker got."""
        name = answer.index.generation
        if encoded(answer) != self.answers[name][question]:
            yield f"{name} answered {question!r} otherwise"
        pieces: list[Citation | Passage] = [*answer.citations, *answer.passages]
        for one in pieces:
            text = self.texts[name].get(one.article_id, "")
            said = one.quote if isinstance(one, Citation) else one.text
            if not said or text[one.start : one.end] != said:
                yield f"{name} does not hold {said!r} at {one.article_id} {one.start}"


def encoded(answer: Answer) -> bytes:
    return msgspec.json.encode(timeless(answer))


@contextmanager
def asking(ask: Callable[[str], Answer]) -> Iterator[list[tuple[str, Answer]]]:
    """Let eight askers ask until the block ends; an error of theirs fails the block."""
    got: list[tuple[str, Answer]] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def go_on(number: int) -> None:
        dice = random.Random(f"{SEED} asker {number}")  # noqa: S311 - a sample, not a secret
        try:
            while not done.is_set():
                question = dice.choice(ASKED)
                got.append((question, ask(question)))
                time.sleep(0.02)
        except Exception as error:
            errors.append(error)

    askers = [threading.Thread(target=go_on, args=(number,)) for number in range(ASKERS)]
    for asker in askers:
        asker.start()
    try:
        yield got
    finally:
        done.set()
        for asker in askers:
            asker.join()
    assert errors == []


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    monkeypatch.setattr("qa.store.reader.LOOK_AGAIN", 0.01)
    recorder = Recorder(tmp_path / "articles", tmp_path / "index")
    recorder.build(0)
    return recorder


def judge(recorder: Recorder, got: list[tuple[str, Answer]], interface: str) -> None:
    """Assert that every answer is right, and that askers went along with the builds."""
    counted = Counter(answer.index.generation for _, answer in got)
    TALLY[f"{interface}: answers beside {len(recorder.texts)} generations"] += len(got)
    TALLY[f"{interface}: generations that answered"] += len(counted)
    assert [fault for question, answer in got for fault in recorder.faults(question, answer)] == []
    assert len(counted) > 1
    assert {answer.answered for _, answer in got} >= {True}


def test_engine_answers_from_one_generation_at_a_time(recorder: Recorder, tmp_path: Path) -> None:
    engine = following(tmp_path / "index")
    with asking(lambda question: engine.ask(AskRequest(question))) as got:
        for number in range(1, ROUNDS + 1):
            recorder.build(number)
    judge(recorder, got, "engine")
    assert engine.snapshot.info.generation == open_snapshot(tmp_path / "index", None).info.generation
    assert held_folders(tmp_path / "index") <= 2


def held_folders(index: Path) -> int:
    return len(list((index / "generations").iterdir()))


@pytest.fixture
def port(recorder: Recorder, tmp_path: Path) -> Iterator[int]:
    settings = Settings(index=tmp_path / "index", data=tmp_path / "data")
    server = Server(create_app(following(tmp_path / "index"), settings), "127.0.0.1", 0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.port
    server.stop()
    thread.join(30)
    assert not thread.is_alive()


def test_server_takes_up_every_generation_without_a_restart(recorder: Recorder, port: int) -> None:
    local = threading.local()
    connections: list[http.client.HTTPConnection] = []

    def ask(question: str) -> Answer:
        connection = getattr(local, "connection", None)
        if connection is None:
            connection = local.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connections.append(connection)
        body = json.dumps({"question": question})
        connection.request("POST", "/v1/ask", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        assert response.status == 200, content
        return msgspec.json.decode(content, type=Answer)

    try:
        with asking(ask) as got:
            for number in range(1, ROUNDS + 1):
                newest = recorder.build(number)
        time.sleep(0.05)
        assert ask(ASKED[0]).index.generation == newest
    finally:
        for connection in connections:
            connection.close()
    judge(recorder, got, "HTTP")


def test_old_citation_says_gone_once_its_article_is(recorder: Recorder, tmp_path: Path) -> None:
    engine = following(tmp_path / "index")
    answer = engine.ask(AskRequest(ASKED[0], quotes=10))
    past = [msgspec.convert(msgspec.to_builtins(one), PastCitation) for one in answer.citations]
    assert past
    lay_out(tmp_path / "articles", {"other.txt": "About nothing\n\nNo word of it stays here at all.\n"})
    index_articles(tmp_path / "articles", tmp_path / "index")
    time.sleep(0.02)
    checks = verify(past, engine.snapshot.text)
    assert {check.status for check in checks} == {"gone"}
    assert [check.article_sha256 for check in checks] == [None] * len(past)


def test_second_writer_ends_at_once(recorder: Recorder, tmp_path: Path) -> None:
    script = (
        "import sys, pathlib\nfrom tests.reliability.corpus import index_articles\n"
        "from qa.cli.exit_codes import exit_code\n"
        "sys.exit(exit_code(lambda: index_articles(*map(pathlib.Path, sys.argv[1:])) and None))"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "articles"), str(tmp_path / "index")]
    with writer_lock(tmp_path / "index"):
        ran = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}, timeout=60)
        with pytest.raises(IndexBusy, match=r"is being written\. Try again when that is done"):
            build(tmp_path / "articles", tmp_path / "index", FakeEncoder())
    assert ran.returncode == 3
    assert ran.stderr == f"qa: The index in {tmp_path / 'index'} is being written. Try again when that is done.\n"


def test_writers_one_after_the_other_never_mix(tmp_path: Path) -> None:
    lay_out(tmp_path / "articles", texts(1))
    ended: list[str] = []

    def write() -> None:
        try:
            ended.append(build(tmp_path / "articles", tmp_path / "index", FakeEncoder()).generation)
        except IndexBusy:
            ended.append("busy")

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(ended) == 6
    assert set(ended) <= {"busy", open_snapshot(tmp_path / "index", None).info.generation}
    assert set(ended) != {"busy"}
    assert len(following(tmp_path / "index").ask(AskRequest(QUESTIONS[0])).passages) > 0
