from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from qa.errors import IndexCorrupt
from tests.api.fakes import ODD, ODD_IDS, ApiEngine, api_site
from tests.web.fakes import DESERTERS, HARVEST, article, fake_articles

QUESTION = "How many criminal cases against deserters?"
HOTLINE = "What hotline helps soldiers who refuse?"


@pytest.fixture
def engine() -> ApiEngine:
    return ApiEngine()


@pytest.fixture
def client(tmp_path: Path, engine: ApiEngine) -> FlaskClient:
    return api_site(tmp_path, engine).test_client()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client of one site for all tests that only read."""
    return api_site(tmp_path_factory.mktemp("site")).test_client()


def test_the_same_question_gets_the_same_bytes(client: FlaskClient) -> None:
    first, second = (client.post("/v1/ask", json={"question": QUESTION}).data for _ in range(2))
    assert first == second


def test_only_id_and_time_differ_under_another_id(client: FlaskClient) -> None:
    first = client.post("/v1/ask", json={"question": QUESTION}).get_json()
    second = client.post("/v1/ask", json={"question": QUESTION, "id": 7}).get_json()
    assert {**first, "id": 7, "took_ms": second["took_ms"]} == second


def test_filters_reach_the_engine(client: FlaskClient, engine: ApiEngine) -> None:
    fields = {"question": QUESTION, "articles": ["deserters"], "since": "2023-01-01", "until": "2023-12-31"}
    client.post("/v1/ask", json=fields)
    client.post("/v1/search", json=fields)
    asked = [(one.articles, one.since, one.until) for one in engine.requests]
    assert asked == [(("deserters",), "2023-01-01", "2023-12-31")] * 2


def test_a_whole_number_may_be_written_with_a_point(client: FlaskClient) -> None:
    answer = client.post("/v1/ask", data=b'{"question":"a","passages":2.0}', content_type="application/json")
    assert len(answer.get_json()["passages"]) == 2


def test_null_is_as_if_an_optional_field_were_not_given(client: FlaskClient) -> None:
    names = ("history", "searched_for", "passages", "articles", "since", "until", "id", "quotes")
    plain = client.post("/v1/ask", json={"question": QUESTION})
    assert client.post("/v1/ask", json={"question": QUESTION, **dict.fromkeys(names)}).data == plain.data
    turns = {"history": [{"question": "Who?", "answer": None}]}
    assert client.post("/v1/ask", json={"question": QUESTION, **turns}).status_code == 200
    for body in ({"question": None}, {"question": QUESTION, "articles": [None]}, {"question": QUESTION, "q": 1}):
        assert client.post("/v1/ask", json=body).status_code == 400


def test_an_answer_says_which_statements_it_consists_of(client: FlaskClient) -> None:
    answer = client.post("/v1/ask", json={"question": f"{QUESTION} {HOTLINE}"}).get_json()
    assert [{**one, "emphasis": None} for one in answer["statements"]] == [
        {
            "text": one["quote"],
            "start": start,
            "end": start + len(one["quote"]),
            "markers": [one["marker"]],
            "emphasis": None,
        }
        for one, start in zip(answer["citations"], (1, len(answer["citations"][0]["quote"]) + 8), strict=True)
    ]
    emphases = [one["emphasis"] for one in answer["statements"]]
    assert [answer["answer"][one["start"] : one["end"]] for one in emphases if one] == ["2,076"]
    assert [answer["answer"][one["start"] : one["end"]] for one in answer["statements"]] == [
        one["quote"] for one in answer["citations"]
    ]
    refusal = client.post("/v1/ask", json={"question": "Best pasta recipe?"}).get_json()
    assert refusal["statements"] == [
        {"text": refusal["answer"], "start": 0, "end": len(refusal["answer"]), "markers": [], "emphasis": None}
    ]


def test_every_range_of_an_answer_has_its_link_into_the_reader(client: FlaskClient) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION, "passages": 1}).get_json()
    assert answer["citations"][0]["link"].startswith("/articles/deserters?start=40&end=124&quote=In%20the%20first")
    assert answer["passages"][0]["link"] == "/articles/deserters?start=40&end=124#mark"
    for one in [*answer["citations"], *answer["passages"]]:
        assert '<mark id="mark"' in client.get(one["link"]).text


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code", "pointer"),
    [
        ("POST", "/v1/ask", {"question": ""}, 400, "bad-request", "#/question"),
        (
            "POST",
            "/v1/ask",
            {"question": "a", "history": [{}]},
            400,
            "bad-request",
            "#/history/0/question",
        ),
        ("POST", "/v1/ask", {"question": "a", "a/b~c": 1}, 400, "bad-request", "#/a~1b~0c"),
        ("POST", "/v1/ask", [], 400, "bad-request", None),
        ("GET", "/v1/articles?limit=0", None, 400, "bad-request", None),
        ("GET", "/v1/articles?since=2024-02-01&until=2024-01-01", None, 422, "bad-scope", "#/since"),
        ("GET", "/v1/articles/nothing", None, 404, "article-not-found", None),
        ("GET", "/v1/conversations/nothing", None, 404, "conversation-not-found", None),
        ("GET", "/v1/nothing", None, 404, "not-found", None),
        ("GET", "/v1/ask", None, 405, "method-not-allowed", None),
        ("POST", "/v1/ask", {"question": "a" * 70_000}, 413, "body-too-large", None),
    ],
)
def test_a_problem_has_a_name_that_stays_and_points_at_the_field(
    lasting: FlaskClient, method: str, path: str, body: Any, status: int, code: str, pointer: str | None
) -> None:
    problem = lasting.open(path, method=method, json=body).get_json()
    assert (problem["status"], problem["code"], problem["pointer"]) == (status, code, pointer)
    assert problem["type"] == f"urn:qa:problem:{code}"


# A batch


def test_a_batch_keeps_order_and_a_bad_question_spoils_no_other(client: FlaskClient) -> None:
    questions = [{"question": QUESTION, "id": 1}, {"question": ""}, 7, {"question": HOTLINE, "id": "b"}, {"q": 1}]
    results = client.post("/v1/ask/batch", json={"questions": questions}).get_json()["results"]
    assert [one.get("id") for one in results] == [1, None, None, "b", None]
    assert [one.get("status") for one in results] == [None, 400, 400, None, 400]
    assert results[1]["detail"] == "`question` is empty."
    assert results[2]["detail"] == "The request has to be an object, not a whole number."
    assert results[0] == client.post("/v1/ask", json=questions[0]).get_json()


def test_a_batch_tells_nothing_internal(client: FlaskClient, engine: ApiEngine) -> None:
    engine.broken = IndexCorrupt("/srv/qa/text.db has another digest. Build it again with: qa index")
    (result,) = client.post("/v1/ask/batch", json={"questions": [{"question": QUESTION}]}).get_json()["results"]
    assert result["status"] == 503
    assert "/srv" not in result["detail"]


@pytest.mark.parametrize(("count", "status"), [(0, 400), (1, 200), (32, 200), (33, 400)])
def test_a_batch_is_bounded(lasting: FlaskClient, count: int, status: int) -> None:
    assert lasting.post("/v1/ask/batch", json={"questions": [{"question": "a"}] * count}).status_code == status


# Searching


def test_a_search_sends_the_passages_of_the_answer_with_their_ids(client: FlaskClient) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION, "passages": 3}).get_json()
    found = client.post("/v1/search", json={"question": QUESTION, "passages": 3, "id": "s"}).get_json()
    assert found["passages"] == answer["passages"]
    assert found["passages"][0]["id"] == "deserters:40-124"
    assert (found["id"], found["searched_for"], found["reading"]) == ("s", QUESTION, "alone")
    assert "answer" not in found


@pytest.mark.parametrize(
    "body", [{"question": " "}, {"question": "a", "quotes": 3}, {"question": "a", "passages": 101}]
)
def test_a_search_has_the_limits_of_a_question(client: FlaskClient, body: Any) -> None:
    assert client.post("/v1/search", json=body).status_code == 400


# Articles


def ids(client: FlaskClient, query: str) -> list[str]:
    page = client.get(f"/v1/articles?{query}").get_json()
    assert page["total"] == len(page["articles"])
    return [one["id"] for one in page["articles"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=hotline", ["deserters"]),
        ("search=HOTLINE+deserters", ["deserters"]),
        ("search=hotline+drought", []),
        ("search=farms", ["farms/harvest"]),
        ("since=2023-08-14", ["deserters"]),
        ("since=2023-08-15", []),
        ("until=2023-08-14", ["deserters"]),
        ("until=2023-08-13", []),
        ("since=2023-01-01&until=2023-12-31&search=hotline", ["deserters"]),
    ],
)
def test_articles_are_filtered_by_words_and_date(lasting: FlaskClient, query: str, found: list[str]) -> None:
    assert ids(lasting, query) == found


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("colour=red", "There is no field `colour`."),
        ("limit=1&limit=2", "limit is given 2 times; give it once."),
        ("since=2023-13-01", "`since` has to be a day of the calendar as YYYY-MM-DD."),
        ("since=null", "`since` has to be a day of the calendar as YYYY-MM-DD."),
        ("limit=1.0", "`limit` has to be a whole number, not text."),
        ("offset=9999999999", "`offset` has to be 1000000000 or less."),
        ("search=" + "a" * 201, "`search` may have 200 characters at most."),
    ],
)
def test_a_query_that_cannot_be_is_refused_by_name(lasting: FlaskClient, query: str, detail: str) -> None:
    response = lasting.get(f"/v1/articles?{query}")
    assert (response.status_code, response.get_json()["detail"]) == (400, detail)


@pytest.mark.parametrize("identifier", ODD_IDS)
def test_an_article_is_found_by_its_encoded_id(lasting: FlaskClient, identifier: str) -> None:
    for address in (quote(identifier), quote(identifier, safe="")):
        assert lasting.get(f"/v1/articles/{address}").get_json()["text"] == ODD
        assert lasting.get(f"/v1/passages/{address}:0-9").get_json()["text"] == "Odd title"


def test_a_passage_comes_with_its_place_and_what_stands_around_it(client: FlaskClient) -> None:
    start = HARVEST.index("Farmers")
    passage = client.get(f"/v1/passages/farms/harvest:{start}-{start + 7}").get_json()
    assert passage == {
        "id": f"farms/harvest:{start}-{start + 7}",
        "article_id": "farms/harvest",
        "title": "A poor harvest",
        "source": "farms/harvest.txt",
        "date": None,
        "text": "Farmers",
        "start": start,
        "end": start + 7,
        "prefix": HARVEST[start - 48 : start],
        "suffix": " blame the drought.\n",
        "article_sha256": fake_articles()[1].sha256,
        "locator": None,
        "note": None,
    }


@pytest.mark.parametrize(
    "identifier",
    ["deserters", "deserters:5-5", "deserters:9-5", "deserters:0-100000", "deserters:a-b", "x:0-1", ":0-1"],
)
def test_a_passage_that_cannot_be_is_not_found(lasting: FlaskClient, identifier: str) -> None:
    response = lasting.get(f"/v1/passages/{identifier}")
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/articles",
        "/v1/articles/deserters",
        "/v1/passages/deserters:0-4",
        "/v1/index",
        "/openapi.json",
        "/v1/models",
    ],
)
def test_what_is_fetched_is_not_sent_twice(lasting: FlaskClient, path: str) -> None:
    first = lasting.get(path)
    again = lasting.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")


def test_the_index_says_what_answers(client: FlaskClient) -> None:
    index = client.get("/v1/index").get_json()
    assert (index["generation"], index["model"], index["articles"]) == ("g1", "fake", 6)


# Citations of the past


def test_a_past_answer_is_checked_against_the_articles_as_they_are_now(client: FlaskClient, engine: ApiEngine) -> None:
    past = client.post("/v1/ask", json={"question": f"{QUESTION} {HOTLINE}"}).get_json()
    assert [one["marker"] for one in past["citations"]] == [1, 2]
    before = client.post("/v1/verify", json=past).get_json()
    assert [one["status"] for one in before["checks"]] == ["unchanged", "unchanged"]
    changed = DESERTERS.replace("2,076 criminal", "2,077 criminal").replace("Soldiers", "Some soldiers", 1)
    engine.articles = [article("deserters", changed)]
    after = client.post("/v1/verify", json=past).get_json()["checks"]
    statuses = [(old["quote"][:9], new["status"]) for old, new in zip(past["citations"], after, strict=True)]
    assert sorted(statuses) == [("A hotline", "moved"), ("In the fi", "edited")]
    for check in after:
        assert changed[check["start"] : check["end"]] == check["quote"]


def test_a_citation_of_an_article_that_is_gone_is_gone(client: FlaskClient) -> None:
    past = {"citations": [{"article_id": "nowhere", "quote": "A", "start": 0, "end": 1, "marker": 4}]}
    (check,) = client.post("/v1/verify", json=past).get_json()["checks"]
    assert check == {
        "marker": 4,
        "article_id": "nowhere",
        "status": "gone",
        "quote": "",
        "start": 0,
        "end": 0,
        "article_sha256": None,
    }


@pytest.mark.parametrize("citations", [None, 7, [{}], [{"article_id": "a", "quote": "b", "start": -1, "end": 2}]])
def test_citations_that_cannot_be_are_refused(lasting: FlaskClient, citations: Any) -> None:
    assert lasting.post("/v1/verify", json={"citations": citations}).status_code == 400


# What any body may bring

TOO_DEEP = b"[" * 30_000
BODIES = [
    b"",
    b"{",
    b"{}",
    b"[]",
    b"null",
    b"7",
    b'""',
    b"NaN",
    b'{"question":NaN}',
    b'{"question":Infinity}',
    b'{"question":"\\ud800"}',
    b'{"question":"\xed\xa0\x80"}',
    b'{"question":"\xff"}',
    b'{"question":7}',
    b'{"question":null}',
    b'{"question":["a"]}',
    b'{"question":""}',
    b'{"question":" \\t\\u00a0"}',
    b'{"question":"' + b"a" * 2001 + b'"}',
    b'{"question":"a","extra":1}',
    b'{"question":"a","id":{}}',
    b'{"question":"a","passages":0}',
    b'{"question":"a","quotes":true}',
    b'{"question":"a","quotes":1e400}',
    b'{"question":"a","history":[{"question":"b","extra":1}]}',
    b'{"question":"a","history":[' + b",".join([b'{"question":"b"}'] * 51) + b"]}",
    b'{"question":"a","articles":[1]}',
    b'{"question":"a","since":"yesterday"}',
    TOO_DEEP,
    TOO_DEEP + b"]" * 30_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b'{"question":"a","articles":' + TOO_DEEP,
    b'{"question":"a","id":' + b"1" * 5000 + b"}",
]
PATHS = ["/v1/ask", "/v1/search", "/v1/ask/batch", "/v1/verify", "/v1/chat/completions", "/v1/embeddings"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_bad_body_gets_its_problem(lasting: FlaskClient, path: str, body: bytes) -> None:
    response = lasting.post(path, data=body, content_type="application/json")
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert json.loads(response.data)["detail"]


@pytest.mark.parametrize(
    "question",
    [
        "\x00",
        "a\x00b?",
        "a" + "\u0301" * 1999,
        "\u202egnp.exe",
        "🎉" * 500,
        '" OR title:* AND (a NOT b) ^2 ~ {"',
        "(a+)+$" * 300,
        "{{ 7 * 7 }} ${7*7} <script>alert(1)</script>",
        "\ufeff\u200b?",
        "'; DROP TABLE articles; --",
    ],
)
def test_a_hostile_question_gets_an_ordinary_answer(lasting: FlaskClient, question: str) -> None:
    response = lasting.post("/v1/ask", json={"question": question})
    assert (response.status_code, response.get_json()["question"]) == (200, question)


def test_a_question_of_a_hundred_thousand_marks_is_refused(client: FlaskClient) -> None:
    marks = json.dumps({"question": "a" + "\u0301" * 100_000}, ensure_ascii=False)
    assert client.post("/v1/ask", data=marks.encode(), content_type="application/json").status_code == 413
    marks = json.dumps({"question": "a" + "\u0301" * 30_000}, ensure_ascii=False)
    assert client.post("/v1/ask", data=marks.encode(), content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/json; charset=UTF8", 200),
        ("application/json; charset=latin-1", 415),
        ("text/json", 415),
        ("text/plain", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
    ],
)
def test_only_json_in_utf_8_is_taken(lasting: FlaskClient, kind: str, status: int) -> None:
    body = json.dumps({"question": QUESTION})
    assert lasting.post("/v1/ask", data=body, headers={"Content-Type": kind}).status_code == status


@pytest.mark.parametrize(("encoding", "status"), [("identity", 200), ("gzip", 415), ("br", 415)])
def test_a_compressed_body_is_told_to_come_as_it_is(lasting: FlaskClient, encoding: str, status: int) -> None:
    response = lasting.post("/v1/ask", json={"question": QUESTION}, headers={"Content-Encoding": encoding})
    assert response.status_code == status
    if status != 200:
        words = "Unsupported content encoding: send JSON that is not compressed."
        assert response.get_json()["detail"] == words


def test_a_byte_order_mark_in_front_is_left_out(lasting: FlaskClient) -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"question": QUESTION}).encode()
    assert lasting.post("/v1/ask", data=body, content_type="application/json").get_json()["question"] == QUESTION


def test_a_number_far_over_the_limit_is_still_a_number(lasting: FlaskClient) -> None:
    response = lasting.get(f"/v1/articles?limit={'9' * 40}")
    assert (response.status_code, response.get_json()["detail"]) == (400, "`limit` has to be 200 or less.")


@pytest.mark.parametrize("path", [one for one in PATHS if one != "/v1/chat/completions"])
def test_a_body_over_64_kib_is_refused(lasting: FlaskClient, path: str) -> None:
    assert lasting.post(path, data=b" " * 65_537, content_type="application/json").status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/ask", "OPTIONS, POST"),
        ("DELETE", "/v1/articles", "GET, HEAD, OPTIONS, POST"),
        ("TRACE", "/v1/index", "GET, HEAD, OPTIONS"),
        ("BREW", "/v1/search", "OPTIONS, POST"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(lasting: FlaskClient, method: str, path: str, allowed: str) -> None:
    response = lasting.open(path, method=method)
    assert response.status_code == 405
    assert ", ".join(sorted(response.headers["Allow"].split(", "))) == allowed


@pytest.mark.parametrize("path", ["/v1//articles", "/v1/articles//deserters", "/v1/articles/", "/v1/articles/a%0Ab"])
def test_an_address_beside_the_point_is_not_found(lasting: FlaskClient, path: str) -> None:
    response = lasting.get(path)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
