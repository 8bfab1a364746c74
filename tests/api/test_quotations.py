"""Quotations that are kept in a conversation, over the API and by the page's forms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from qa.conversations.database import FILE
from tests.web.fakes import FakeEngine, fake_site

BOTH = "Which hotline helps soldiers, what criminal cases against deserters?"
HOTLINE = "A hotline called Go by the Forest helps soldiers who refuse to fight."


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return fake_site(tmp_path, FakeEngine()).test_client()


@pytest.fixture
def address(client: FlaskClient) -> str:
    made: str = client.post("/v1/conversations", json={}).headers["Location"]
    client.post(f"{made}/ask", json={"question": BOTH, "articles": ["deserters"]})
    return made


def kept(client: FlaskClient, address: str) -> list[tuple[int, str]]:
    listed = client.get(f"{address}/quotations").get_json()["quotations"]
    return [(one["turn"], one["citation"]["quote"]) for one in listed]


def test_a_kept_quotation_has_its_question_scope_and_confidence(client: FlaskClient, address: str) -> None:
    answer = client.get(address).get_json()["turns"][0]
    made = client.post(f"{address}/quotations", json={"turn": 1, "marker": 1}).get_json()
    cited = answer["answer"]["citations"][0]
    assert made == {
        "id": f"deserters:{cited['start']}-{cited['end']}",
        "kept": made["kept"],
        "turn": 1,
        "question": BOTH,
        "asked": answer["asked"],
        "scope": {"articles": ["deserters"], "since": None, "until": None},
        "confidence": 0.9,
        "support": "answered",
        "citation": cited,
    }
    assert client.get(f"{address}/quotations").get_json() == {"quotations": [made]}
    assert client.post(f"{address}/quotations", json={"turn": 1, "marker": 1}).get_json() == made


def test_it_stays_when_the_question_is_asked_anew_and_goes_when_it_is_dropped(
    client: FlaskClient, address: str
) -> None:
    first = client.post(f"{address}/quotations", json={"turn": 1, "marker": 1}).get_json()
    client.post(f"{address}/ask", json={"question": "Best pasta recipe?", "turn": 1})
    assert [turn for turn, _ in kept(client, address)] == [1]
    assert client.delete(f"{address}/quotations/{first['id']}").status_code == 204
    assert client.delete(f"{address}/quotations/{first['id']}").status_code == 204
    assert kept(client, address) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [({"turn": 1, "marker": 9}, 422), ({"turn": 2, "marker": 1}, 422), ({"turn": 0, "marker": 1}, 400), ({}, 400)],
)
def test_what_is_not_there_is_not_kept(client: FlaskClient, address: str, body: dict[str, int], status: int) -> None:
    assert client.post(f"{address}/quotations", json=body).status_code == status
    assert kept(client, address) == []


def test_an_unknown_conversation_keeps_nothing(client: FlaskClient) -> None:
    unknown = f"/v1/conversations/{'0' * 32}/quotations"
    assert client.post(unknown, json={"turn": 1, "marker": 1}).status_code == 404
    assert client.get(unknown).status_code == client.delete(f"{unknown}/a:1-2").status_code == 404


@pytest.mark.parametrize("ending", ["md", "html", "docx", "json"])
def test_kept_quotations_are_exported_together(client: FlaskClient, address: str, ending: str) -> None:
    for marker in (2, 1):
        client.post(f"{address}/quotations", json={"turn": 1, "marker": marker})
    response = client.get(f"{address}/export/quotations?format={ending}")
    assert response.headers["Content-Disposition"].endswith(f".{ending}")
    if ending == "json":
        assert [one["citation"]["marker"] for one in response.get_json()["quotations"]] == [2, 1]
    if ending == "md":
        text = re.sub(r"Asked \d{4}-\d\d-\d\d \d\d:\d\d UTC", "Asked NOW", response.text)
        head = f"# Quotations kept from: {BOTH}\n\n## {BOTH}\n\n"
        assert text.startswith(f"{head}Asked NOW. Only in: deserters. Confidence: high (90%).\n\n> “")
        assert text.count(f"## {BOTH}") == 1
        assert f"> “{HOTLINE}” [^" in text
        assert "\n[^2]: [Soldiers refuse to fight](http://localhost/articles/deserters?start=" in text


def test_deleting_the_conversation_deletes_what_it_kept(client: FlaskClient, address: str, tmp_path: Path) -> None:
    client.post(f"{address}/quotations", json={"turn": 1, "marker": 1})
    assert client.delete(address).status_code == 204
    assert b"deserters" not in (tmp_path / "data" / FILE).read_bytes()


def test_a_form_keeps_and_drops_and_needs_the_page_it_came_from(client: FlaskClient, address: str) -> None:
    page = f"/c/{address.rpartition('/')[2]}"
    token = re.findall(r'name="token" value="([^"]+)"', client.get(page).text)[0]
    assert client.post(f"{page}/keep", data={"turn": 1, "marker": 1}).status_code == 400
    response = client.post(f"{page}/keep", data={"token": token, "turn": 1, "marker": 1})
    assert (response.status_code, response.headers["Location"]) == (303, f"{page}#m-1-1")
    [(_, quote)] = kept(client, address)
    assert f'<q dir="auto">{quote}</q>' in client.get(f"{page}/quotations").text
    button = r'name="quotation" value="(deserters:[^"]+)"><span class="word">Kept'
    [identifier] = re.findall(button, client.get(page).text)
    client.post(f"{page}/keep", data={"token": token, "turn": 1, "marker": 1, "quotation": identifier})
    assert kept(client, address) == []


def test_a_site_that_keeps_nothing_offers_none(tmp_path: Path) -> None:
    client = fake_site(tmp_path, keep=False).test_client()
    assert client.get(f"/v1/conversations/{'0' * 32}/quotations").status_code == 403
    assert "/keep" not in client.post("/turns", json={"question": BOTH}).get_json()["html"]
