from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa.errors import IndexCorrupt
from qa.records import SkippedFile
from tests.web.fakes import DESERTERS, FakeEngine, fake_articles, fake_site

QUESTION = "How many criminal cases against deserters?"


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def client(tmp_path: Path, engine: FakeEngine) -> FlaskClient:
    return fake_site(tmp_path, engine).test_client()


def test_ask_sends_an_exact_quotation_with_its_place_and_digest(client: FlaskClient) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION, "id": "q7"}).get_json()
    (citation,) = answer["citations"]
    assert answer["id"] == "q7"
    assert answer["answered"] is True
    assert answer["index"] == {"generation": "g1", "model": "fake", "articles": 2, "paragraphs": 6, "collection": None}
    assert citation["quote"] == "In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters."
    assert DESERTERS[citation["start"] : citation["end"]] == citation["quote"]
    assert citation["article_sha256"] == fake_articles()[0].sha256


def test_ask_says_so_when_nothing_matches(client: FlaskClient) -> None:
    answer = client.post("/v1/ask", json={"question": "Best pasta recipe?"}).get_json()
    assert (answer["answered"], answer["citations"]) == (False, [])
    assert answer["answer"] == "The articles do not answer this."
    assert len(answer["passages"]) == 7


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "The body is not JSON in UTF-8."),
        (b"{", "The body is not JSON in UTF-8."),
        (b"\xff", "The body is not JSON in UTF-8."),
        (b'{"question":"a\xffb"}', "The body is not JSON in UTF-8."),
        (b'{"question":"\\ud800"}', "The body is not JSON in UTF-8."),
        (b'{"question":NaN}', "The body is not JSON in UTF-8."),
        (b"{}", "`question` is missing."),
        (b"[]", "The request has to be an object, not a list."),
        (b"null", "The request has to be an object, not null."),
        (b"[" * 30_000, "The request has to be an object, not a list."),
        (b'{"a":' * 10_000, "There is no field `a`."),
        (b'{"question":"a","history":' + b"[" * 30_000, "`history[0]` has to be an object, not a list."),
        (b'{"question":"a","quotes":11}', "`quotes` has to be 10 or less."),
        (b'{"question":""}', "`question` is empty."),
        (b'{"question":" \\n"}', "The question is empty. Ask something in words."),
        (b'{"question":"' + b"a" * 3000 + b'"}', "`question` may have 2,000 characters at most."),
        (b'{"question":"a","colour":"red"}', "There is no field `colour`."),
        (b'{"question":"a","id":1e999}', "Number out of range: `id`."),
    ],
)
def test_ask_names_what_is_wrong_with_a_body(client: FlaskClient, body: bytes, detail: str) -> None:
    response = client.post("/v1/ask", data=body, content_type="application/json", headers={"X-Request-Id": "r1"})
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    problem = json.loads(response.data)
    named = re.match(r"There is no field `(\w+)`|`(\w+)(?:\[(\d)\])?` |.*: `(\w+)`", detail)
    pointer = problem.pop("pointer")
    assert pointer == (f"#/{'/'.join(one for one in named.groups() if one)}" if named else None)
    assert problem == {
        "type": "urn:qa:problem:bad-request",
        "code": "bad-request",
        "title": "Bad Request",
        "status": 400,
        "detail": detail,
        "request_id": "r1",
    }


def test_ask_takes_json_only(client: FlaskClient) -> None:
    response = client.post("/v1/ask", data={"question": QUESTION})
    assert response.status_code == 415
    assert response.get_json()["detail"].endswith("send application/json, not application/x-www-form-urlencoded.")


def test_ask_refuses_a_body_over_the_limit(client: FlaskClient) -> None:
    response = client.post("/v1/ask", data=b" " * 65_537, content_type="application/json")
    assert response.status_code == 413
    assert response.mimetype == "application/problem+json"


def test_articles_are_listed_by_id_a_page_at_a_time(client: FlaskClient) -> None:
    page = client.get("/v1/articles?offset=1&limit=1").get_json()
    assert (page["total"], page["offset"], page["limit"]) == (2, 1, 1)
    assert [one["id"] for one in page["articles"]] == ["farms/harvest"]


@pytest.mark.parametrize("query", ["offset=-1", "offset=x", "limit=0", "limit=201", "limit=²", "offset=1e3"])
def test_a_page_that_cannot_be_is_refused_by_name(client: FlaskClient, query: str) -> None:
    response = client.get(f"/v1/articles?{query}")
    assert response.status_code == 400
    assert response.get_json()["detail"].startswith(f"`{query.partition('=')[0]}` has to be ")


def test_an_article_comes_with_its_text_spans_and_digest(client: FlaskClient) -> None:
    article = client.get("/v1/articles/deserters").get_json()
    assert article["text"] == DESERTERS
    assert article["sha256"] == fake_articles()[0].sha256
    assert article["paragraphs"][0] == {
        "start": 0,
        "end": 24,
        "kind": "heading",
        "sentences": [{"start": 0, "end": 24}],
        "locator": None,
    }
    assert article["boilerplate"] == [{"start": 218, "end": 233, "reason": "comment form"}]


def test_an_article_in_a_folder_is_found_by_its_path(client: FlaskClient) -> None:
    assert client.get("/v1/articles/farms/harvest").get_json()["id"] == "farms/harvest"


def test_an_unchanged_article_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/v1/articles/deserters")
    again = client.get("/v1/articles/deserters", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_unknown_article_is_named(client: FlaskClient) -> None:
    response = client.get("/v1/articles/../x")
    assert response.status_code == 404
    assert response.get_json()["detail"] == "No article has the id '../x'. The list of articles has them all."


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("GET", "/nothing", 404), ("GET", "/v1/ask", 405), ("POST", "/healthz", 405)],
)
def test_every_error_is_a_problem_with_a_request_id(client: FlaskClient, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method)
    body = response.get_json()
    assert (response.status_code, body["status"]) == (status, status)
    assert response.mimetype == "application/problem+json"
    assert body["request_id"] == response.headers["X-Request-Id"]


def test_a_wrong_method_names_the_right_one(client: FlaskClient) -> None:
    assert set(client.get("/v1/ask").headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_a_bug_is_not_shown(client: FlaskClient, engine: FakeEngine) -> None:
    engine.broken = RuntimeError("SELECT secret FROM /srv/qa")
    response = client.post("/v1/ask", json={"question": QUESTION})
    assert response.status_code == 500
    assert response.get_json()["detail"] == "Internal server error. The log has the details under this request id."
    assert "SELECT" not in response.text


def test_a_broken_index_is_not_named_to_the_client(client: FlaskClient, engine: FakeEngine) -> None:
    engine.broken = IndexCorrupt("/srv/qa/.qa/text.db has another digest. Build it again with: qa index")
    response = client.post("/v1/ask", json={"question": QUESTION})
    assert response.status_code == 503
    assert "/srv" not in response.text


def test_health_is_alive_and_readiness_ends_when_the_server_stops(tmp_path: Path) -> None:
    app = fake_site(tmp_path)
    client: Any = app.test_client()
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json()["status"] == "ready"
    app.extensions["qa"].ready = False
    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)


def test_the_list_names_the_files_that_are_not_read(client: FlaskClient, engine: FakeEngine) -> None:
    assert client.get("/v1/articles").get_json()["skipped"] == []
    engine.skipped = (SkippedFile("scan.pdf", "damaged"),)
    assert client.get("/v1/articles").get_json()["skipped"] == [{"source": "scan.pdf", "reason": "damaged"}]
    page = client.get("/articles").get_data(as_text=True)
    assert "1 file of the folder not read" in page
    assert "scan.pdf: damaged" in page


def test_a_list_of_some_days_counts_the_articles_without_a_date(client: FlaskClient) -> None:
    page = client.get("/v1/articles?since=2023-01-01").get_json()
    assert ([one["id"] for one in page["articles"]], page["undated"]) == (["deserters"], 1)
    assert client.get("/v1/articles").get_json()["undated"] == 0
