"""Verdicts on answers, over the API and by the page's form."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.fakes import fake_site

CASES = "How many criminal cases against deserters?"
HARVEST_QUOTE = "The harvest fell by 12 percent in 2022. Farmers blame the drought."


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return fake_site(tmp_path).test_client()


@pytest.fixture
def address(client: FlaskClient) -> str:
    made: str = client.post("/v1/conversations", json={}).headers["Location"]
    client.post(f"{made}/ask", json={"question": CASES})
    return made


def judged(client: FlaskClient) -> list[tuple[str, bool, list[dict[str, str]]]]:
    response = client.get("/v1/feedback")
    assert response.mimetype == "application/jsonl"
    lines = [json.loads(line) for line in response.text.splitlines()]
    return [(one["question"], one["answerable"], one["evidence"]) for one in lines]


@pytest.mark.parametrize(
    ("fields", "evidence"),
    [
        ({"passage": "farms/harvest:16-55"}, HARVEST_QUOTE[:39]),
        ({"quote": HARVEST_QUOTE}, HARVEST_QUOTE),
        ({"quote": " the harvest fell by 12  percent in 2022 "}, HARVEST_QUOTE[:38]),
    ],
)
def test_the_passage_that_should_have_been_quoted_is_kept_as_the_article_has_it(
    client: FlaskClient, address: str, fields: dict[str, str], evidence: str
) -> None:
    given = client.post(f"{address}/feedback", json={"turn": 1, "verdict": "wrong", **fields}).get_json()
    assert given["expected"]["article_id"] == "farms/harvest"
    assert given["expected"]["quote"].startswith(evidence)
    [(question, answerable, [found])] = judged(client)
    assert (question, answerable, found["article"]) == (CASES, True, "farms/harvest")


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"turn": 2, "verdict": "right"}, 422, "The conversation"),
        ({"turn": 1, "verdict": "good"}, 400, "`verdict`"),
        ({"turn": 1, "verdict": "wrong", "passage": "nothing:1-2"}, 422, "No article has the id 'nothing'."),
        ({"turn": 1, "verdict": "wrong", "quote": "Bread and wine for all."}, 422, "No article has this passage."),
        ({"turn": 1, "verdict": "wrong", "quote": "a" * 5001}, 400, "`quote` may have 5,000 characters at most."),
    ],
)
def test_what_cannot_be_said_is_refused(
    client: FlaskClient, address: str, body: dict[str, object], status: int, detail: str
) -> None:
    response = client.post(f"{address}/feedback", json=body)
    assert response.status_code == status
    assert response.get_json()["detail"].startswith(detail)
    assert judged(client) == []


def test_the_form_judges_and_the_page_shows_it(client: FlaskClient, address: str) -> None:
    page = f"/c/{address.rpartition('/')[2]}"
    token = re.findall(r'name="token" value="([^"]+)"', client.get(page).text)[0]
    assert "Right or wrong?" in client.get(page).text
    assert client.post(f"{page}/feedback", data={"turn": 1, "verdict": "right"}).status_code == 400
    assert client.post(f"{page}/feedback", data={"token": token, "turn": 1}).status_code == 400
    response = client.post(f"{page}/feedback", data={"token": token, "turn": 1, "verdict": "right"})
    assert (response.status_code, response.headers["Location"]) == (303, f"{page}#turn-1")
    assert "Called right" in client.get(page).text
    client.post(f"{address}/ask", json={"question": "Best pasta recipe?", "turn": 1})
    assert "Called right" not in client.get(page).text


def test_feedback_is_listed_to_those_alone_who_may_list_the_conversation(tmp_path: Path) -> None:
    site = fake_site(tmp_path)
    browser, program = site.test_client(), site.test_client()
    browser.get("/")
    address = browser.post("/v1/conversations", json={}).headers["Location"]
    browser.post(f"{address}/ask", json={"question": CASES})
    browser.post(f"{address}/feedback", json={"turn": 1, "verdict": "right"})
    assert (len(judged(browser)), len(judged(program))) == (1, 0)
