from __future__ import annotations

import html
import importlib
import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from qa.conversations.database import FILE
from tests.web.fakes import FakeEngine, fake_site

CASES = "How many criminal cases against deserters?"


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def client(tmp_path: Path, engine: FakeEngine) -> FlaskClient:
    return fake_site(tmp_path, engine).test_client()


@pytest.fixture
def address(client: FlaskClient) -> str:
    response = client.post("/v1/conversations", json={})
    assert response.status_code == 201
    return response.headers["Location"]


def test_a_question_is_kept_with_its_answer(client: FlaskClient, address: str) -> None:
    turn = client.post(f"{address}/ask", json={"question": CASES}).get_json()
    conversation = client.get(address).get_json()
    assert turn["turn"] == 1
    assert conversation["turns"] == [turn]
    assert conversation["title"] == CASES
    assert turn["answer"]["citations"][0]["quote"].startswith("In the first half of 2023")


def test_the_turns_before_are_the_history(client: FlaskClient, address: str, engine: FakeEngine) -> None:
    client.post(f"{address}/ask", json={"question": CASES})
    turn = client.post(f"{address}/ask", json={"question": "Most convicted?"}).get_json()
    assert [one.question for one in engine.requests[1].history] == [CASES]
    assert engine.requests[1].history[0].answer.startswith("“In the first half of 2023")
    assert turn["answer"]["reading"] == "with_history"


def test_a_turn_is_answered_anew_after_those_before_it(client: FlaskClient, address: str, engine: FakeEngine) -> None:
    for question in (CASES, "Most convicted?", "Best pasta recipe?"):
        client.post(f"{address}/ask", json={"question": question})
    again = {"question": "Who helps them?", "searched_for": "hotline helps soldiers", "turn": 2, "quotes": 10}
    assert client.post(f"{address}/ask", json=again).get_json()["turn"] == 2
    assert [one.question for one in engine.requests[-1].history] == [CASES]
    questions = [one["answer"]["question"] for one in client.get(address).get_json()["turns"]]
    assert questions == [CASES, "Who helps them?", "Best pasta recipe?"]


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"question": ""}, 400, "`question` is empty."),
        ({"question": CASES, "turn": 0}, 400, "`turn` has to be 1 or more."),
        ({"question": CASES, "colour": 1}, 400, "There is no field `colour`."),
        (
            {"question": CASES, "history": [{"question": "a"}]},
            400,
            "A question in a conversation has that conversation as its history. Leave `history` out.",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(
    client: FlaskClient, address: str, body: dict[str, object], status: int, detail: str
) -> None:
    response = client.post(f"{address}/ask", json=body)
    assert (response.status_code, response.get_json()["detail"]) == (status, detail)


def test_a_turn_that_is_not_there_is_not_asked(client: FlaskClient, address: str, engine: FakeEngine) -> None:
    assert client.post(f"{address}/ask", json={"question": CASES, "turn": 1}).status_code == 404
    assert engine.requests == []


def test_a_conversation_is_renamed_and_deleted(client: FlaskClient, address: str) -> None:
    client.post(f"{address}/ask", json={"question": CASES})
    assert client.patch(address, json={"title": " Mine "}).get_json()["title"] == "Mine"
    assert client.get("/v1/conversations?search=mine").get_json()["conversations"][0]["title"] == "Mine"
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert client.get("/v1/conversations").get_json()["total"] == 0


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
def test_an_unknown_conversation_is_said(client: FlaskClient, method: str) -> None:
    response = client.open("/v1/conversations/nope", method=method, json={"title": "x"})
    assert response.status_code == 404
    assert response.get_json()["detail"] == "There is no conversation 'nope'. It may have been deleted."


def test_the_export_is_markdown_with_footnotes(client: FlaskClient, address: str) -> None:
    client.post(f"{address}/ask", json={"question": CASES, "since": "2023-01-01"})
    client.post(f"{address}/ask", json={"question": "Best *pasta* recipe?"})
    client.post(f"{address}/ask", json={"question": "Which hotline helps soldiers?", "articles": ["deserters"]})
    response = client.get(f"{address}/export.md")
    digest = client.get("/v1/articles/deserters").get_json()["sha256"][:12]
    assert response.headers["Content-Disposition"].startswith("attachment; filename=conversation-")
    assert response.mimetype == "text/markdown"

    def source(turn: int) -> str:
        link = client.get(address).get_json()["turns"][turn]["answer"]["citations"][0]["link"]
        return f"[Soldiers refuse to fight](http://localhost{link}), 2023-08-14 (deserters.txt"

    text = re.sub(r"Asked \d{4}-\d\d-\d\d \d\d:\d\d UTC", "Asked NOW", response.text)
    assert text == (
        f"# {CASES}\n\n## {CASES}\n\nAsked NOW. From 2023-01-01. Confidence: high (90%).\n\n"
        "> “In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters.” [^1]\n\n"
        "## Best \\*pasta\\* recipe?\n\nAsked NOW.\n\nThe articles do not answer this.\n\n"
        "## Which hotline helps soldiers?\n\nAsked NOW. Only in: deserters. Confidence: high (90%).\n\n"
        "> “A hotline called Go by the Forest helps soldiers who refuse to fight.” [^2]\n\n"
        f"[^1]: {source(0)}, paragraph 2, characters 40–124, sha256 {digest})\n"
        f"[^2]: {source(2)}, paragraph 3, characters 147–216, sha256 {digest})\n"
    )


def test_the_json_export_is_the_conversation(client: FlaskClient, address: str) -> None:
    client.post(f"{address}/ask", json={"question": CASES})
    assert client.get(f"{address}/export.json").get_json() == client.get(address).get_json()
    assert client.get(f"{address}/export?format=json").data == client.get(f"{address}/export.json").data
    assert client.get(f"{address}/export").data == client.get(f"{address}/export.md").data


def test_the_html_export_is_one_page_with_links_and_the_words_that_answer(client: FlaskClient, address: str) -> None:
    client.post(f"{address}/ask", json={"question": f"{CASES} <b>&", "since": "2023-01-01"})
    response = client.get(f"{address}/export?format=html")
    link = client.get(address).get_json()["turns"][0]["answer"]["citations"][0]["link"]
    assert response.headers["Content-Disposition"].endswith(".html")
    assert response.mimetype == "text/html"
    assert f'<h2 dir="auto">{CASES} &lt;b&gt;&amp;</h2>' in response.text
    assert " UTC. From 2023-01-01. Confidence: high (90%).</p>" in response.text
    assert (
        '<blockquote dir="auto">“In the first half of 2023 prosecutors opened <strong>2,076</strong> criminal cases '
        'against deserters.” <sup><a href="#source-1">[1]</a></sup></blockquote>'
    ) in response.text
    assert f'<a href="http://localhost{html.escape(link)}" dir="auto">Soldiers refuse to fight</a>' in response.text


def test_the_word_export_says_the_same_and_holds_links(client: FlaskClient, address: str) -> None:
    client.post(f"{address}/ask", json={"question": CASES})
    response = client.get(f"{address}/export?format=docx")
    document = importlib.import_module("docx").Document(io.BytesIO(response.data))
    link = client.get(address).get_json()["turns"][0]["answer"]["citations"][0]["link"]
    title, question, facts, quotation, heading, source = document.paragraphs
    assert (title.text, question.text, heading.text) == (CASES, CASES, "Sources")
    assert facts.text.endswith(" UTC. Confidence: high (90%).")
    assert (
        quotation.text == "“In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters.” [1]"
    )
    assert [run.text for run in quotation.runs if run.bold] == ["2,076"]
    assert source.text.startswith("[1] Soldiers refuse to fight, 2023-08-14 (deserters.txt, paragraph 2, ")
    assert [one.url for one in source.hyperlinks] == [f"http://localhost{link}"]


def test_a_word_export_without_its_library_says_what_to_install(
    client: FlaskClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.conversations.exports.docx.find_spec", lambda name: None)
    response = client.get(f"{address}/export?format=docx")
    assert (response.status_code, response.get_json()["detail"]) == (
        400,
        "Word documents need python-docx: pip install 'qa-articles[formats]'. Choose another format.",
    )
    page = client.get(f"/c/{address.rpartition('/')[2]}").text
    assert "Export as HTML" in page
    assert "Export as Word" not in page


def test_a_first_question_that_is_refused_leaves_no_conversation(client: FlaskClient, tmp_path: Path) -> None:
    page = client.get("/").text
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    for response in (
        client.post("/turns", json={"question": "  "}),
        client.post("/turns", json={"question": CASES, "turn": 1}),
        client.post("/", data={"question": CASES, "since": "never", "token": token}),
        client.post("/", data={"question": "a" * 3000, "token": token}),
    ):
        assert response.status_code in {400, 404}
    with closing(sqlite3.connect(tmp_path / "data" / FILE)) as database:
        assert database.execute("SELECT count(*) FROM conversations").fetchone() == (0,)
    first = client.post("/turns", json={"question": CASES}).get_json()
    assert client.get(f"/v1/conversations/{first['conversation']}").get_json()["title"] == CASES


def test_a_conversation_in_which_nothing_is_asked_for_a_day_goes_with_the_next_one(
    client: FlaskClient, address: str, tmp_path: Path
) -> None:
    asked = client.post("/v1/conversations", json={}).headers["Location"]
    client.post(f"{asked}/ask", json={"question": CASES})
    with closing(sqlite3.connect(tmp_path / "data" / FILE)) as database, database:
        database.execute("UPDATE conversations SET updated = '2026-01-01T00:00:00.000Z'")
    client.post("/v1/conversations", json={})
    assert [client.get(one).status_code for one in (address, asked)] == [404, 200]


def test_an_unknown_format_is_refused(client: FlaskClient, address: str) -> None:
    response = client.get(f"{address}/export?format=pdf")
    assert response.status_code == 400
    assert response.get_json()["detail"].startswith("`format`")


def test_a_site_that_keeps_nothing_says_so(tmp_path: Path) -> None:
    client = fake_site(tmp_path, keep=False).test_client()
    response = client.post("/v1/conversations", json={})
    assert response.status_code == 403
    assert response.get_json()["detail"].startswith("This site keeps no conversations (QA_KEEP is off).")
    assert not (tmp_path / "data").exists()


def test_a_full_disk_is_not_described_to_the_client(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    response = fake_site(tmp_path).test_client().post("/v1/conversations", json={})
    assert response.status_code == 503
    assert str(tmp_path) not in response.text
