"""The page's routes for written texts: what is sent where, what is kept, and who has to allow it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa.writing.checks.entailment import NoEntailment
from qa.writing.written import CheckedWriter
from tests.fakes import FakeEncoder
from tests.web.fakes import FakeEngine, fake_site
from tests.writing.fakes import FakeWriter
from web.pages.writing import COOKIE
from web.site import Site

QUESTION = "How many criminal cases against deserters?"
SENTENCE = "Prosecutors opened 2,076 criminal cases against deserters."


def writing_site(
    folder: Path, *texts: str, host: str = "127.0.0.1:9", fails: bool = False, keep: bool = True
) -> FlaskClient:
    app = fake_site(folder, keep=keep)
    writer = FakeWriter(*texts, fails=fails)
    writer.host = host
    site: Site = app.extensions["qa"]
    site.writer = CheckedWriter(writer, FakeEncoder(4096), NoEntailment(), 1)
    return app.test_client()


def ask(client: FlaskClient) -> str:
    """Return the path of a new conversation with one question."""
    token = re.search(r'name="token" value="([^"]+)"', client.get("/").text)
    assert token is not None
    sent = client.post("/", data={"token": token[1], "question": QUESTION})
    return str(sent.headers["Location"]).partition("#")[0]


def events(client: FlaskClient, path: str, **fields: Any) -> list[tuple[str, Any]]:
    sent = client.post(path, json=fields)
    assert sent.status_code == 200, sent.text
    assert sent.mimetype == "text/event-stream"
    parts = [part.split("\n") for part in sent.text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]


def test_each_sentence_is_sent_as_markup_and_the_whole_is_kept_with_its_turn(tmp_path: Path) -> None:
    client = writing_site(tmp_path, f"{SENTENCE[:-1]} [1]. ", "The moon is made of cheese [1].")
    page = ask(client)
    (first, sentence), (last, whole) = events(client, f"{page}/write", turn=1)
    assert (first, last, whole["final"]) == ("sentence", "end", True)
    cite = '<a class="cite" href="#m-1-1" aria-label="Written from quotation 1">1</a>'
    assert sentence["html"] == f'<span class="sentence" dir="auto">{SENTENCE}&nbsp;{cite}</span>'
    assert whole["said"] == "A text of 1 sentence was written."
    kept = client.get(page).text
    assert sentence["html"] in kept
    assert "1 sentence left out: not supported." in kept
    assert '/write"' not in kept
    (turn,) = client.get(f"/v1/conversations/{page.removeprefix('/c/')}").get_json()["turns"]
    assert turn["answer"]["written"]["sentences"] == [{"text": SENTENCE, "markers": [1]}]


def test_what_a_model_writes_is_escaped(tmp_path: Path) -> None:
    client = writing_site(tmp_path)
    site: Site = client.application.extensions["qa"]
    writer = FakeWriter("<b>Prosecutors</b> opened cases [1].")
    writer.model = "<i>model</i>"
    site.writer = CheckedWriter(writer, FakeEncoder(4096), NoEntailment(), 1)
    ((_, whole),) = events(client, f"{ask(client)}/write", turn=1, allow=True)
    assert "<i>" not in whole["html"]
    assert "&lt;i&gt;model&lt;/i&gt;" in whole["html"]


def test_a_failure_is_told_and_not_kept(tmp_path: Path) -> None:
    client = writing_site(tmp_path, fails=True)
    page = ask(client)
    ((name, whole),) = events(client, f"{page}/write", turn=1)
    assert (name, whole["final"]) == ("end", False)
    assert "broke off" in whole["html"]
    assert '/write"' in client.get(page).text


def test_without_javascript_a_button_writes_and_leads_back(tmp_path: Path) -> None:
    client = writing_site(tmp_path, f"{SENTENCE[:-1]} [1].", host="writer.example")
    page = ask(client)
    shown = client.get(page).text
    assert "Write a text: sends the quotations to writer.example" in shown
    token = re.search(r'name="token" value="([^"]+)"', shown)
    assert token is not None
    sent = client.post(f"{page}/write", data={"token": token[1], "turn": "1"})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{page}#turn-1")
    assert SENTENCE in client.get(page).text
    assert client.post(f"{page}/write", data={"token": "old", "turn": "1"}).status_code == 400
    assert client.post(f"{page}/write", data={"token": token[1], "turn": "x"}).status_code == 400
    assert client.post(f"{page}/write", data={"token": token[1], "turn": "9"}).status_code == 404


def test_another_machine_gets_nothing_until_the_browser_has_allowed_it_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = writing_site(tmp_path, f"{SENTENCE[:-1]} [1].", host="writer.example:8080")
    page = ask(client)
    refused = client.post(f"{page}/write", json={"turn": 1})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "writer-not-allowed")
    assert "writer.example:8080" in refused.get_json()["detail"]
    with caplog.at_level("INFO", "qa.requests"):
        events(client, f"{page}/write", turn=1, allow=True)
        events(client, f"{ask(client)}/write", turn=1)
    lines = [json.loads(record.message) for record in caplog.records if record.name == "qa.requests"]
    written = [line for line in lines if line["route"] == "/c/<identifier>/write"]
    assert [line["writer"] for line in written] == ["writer.example:8080"] * 2
    assert [line.get("writer_allowed") for line in written] == ["writer.example:8080", None]
    client.set_cookie(COOKIE, "another.example")
    assert client.post(f"{page}/write", json={"turn": 1}).status_code == 403


def test_a_turn_that_is_not_kept_is_asked_again_of_the_same_generation(tmp_path: Path) -> None:
    client = writing_site(tmp_path, f"{SENTENCE[:-1]} [1].", keep=False)
    names = [name for name, _ in events(client, "/write", question=QUESTION, generation="g1")]
    assert names == ["sentence", "end"]
    changed = client.post("/write", json={"question": QUESTION, "generation": "g0"})
    assert changed.status_code == 409
    assert "Ask again" in changed.get_json()["detail"]


def test_a_site_without_a_writer_offers_nothing(tmp_path: Path) -> None:
    client = fake_site(tmp_path, FakeEngine()).test_client()
    page = ask(client)
    shown = client.get(page).text
    assert "write.js" not in shown
    assert '/write"' not in shown
    assert client.post(f"{page}/write", json={"turn": 1}).status_code == 403
    assert client.post("/write", json={"question": QUESTION}).status_code == 403


def test_a_refusal_offers_no_text(tmp_path: Path) -> None:
    client = writing_site(tmp_path, "x")
    token = re.search(r'name="token" value="([^"]+)"', client.get("/").text)
    assert token is not None
    sent = client.post("/", data={"token": token[1], "question": "Best pasta recipe?"})
    assert '/write"' not in client.get(sent.headers["Location"]).text
