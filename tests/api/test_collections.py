"""The JSON API over several collections: each request asks one of them, by its name."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa.collections.collections import Collections
from tests.api.fakes import api_site
from tests.collections.sites import (
    FOX_QUESTION,
    MUSEUM_QUESTION,
    damage,
    index_folder,
    open_fake,
    two_folders,
    two_site,
)
from tests.reliability.corpus import FOX, MUSEUM

FOX_QUOTE, MUSEUM_QUOTE = FOX.split(". ")[0] + ".", MUSEUM.split(". ")[0] + "."
UNKNOWN = "There is no collection 'olds'. Did you mean 'old'?"
DAMAGED = "The collection 'old' cannot be asked. Its index is damaged."
CHAT = {"messages": [{"role": "user", "content": MUSEUM_QUESTION}]}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return two_site(tmp_path).test_client()


@pytest.fixture
def damaged(tmp_path: Path) -> FlaskClient:
    """A client of a site whose second collection has a damaged index."""
    settings = two_folders(tmp_path)
    damage(index_folder(tmp_path, "old"))
    return two_site(tmp_path, Collections(settings, open_fake)).test_client()


def ask(client: FlaskClient, **fields: Any) -> Any:
    return client.post("/v1/ask", json={"quotes": 1, **fields}).get_json()


def test_a_question_is_answered_from_the_collection_that_is_named(client: FlaskClient) -> None:
    answer = ask(client, question=MUSEUM_QUESTION, collection="old")
    assert [(one["article_id"], one["quote"]) for one in answer["citations"]] == [("report", MUSEUM_QUOTE)]
    assert answer["index"]["collection"] == "old"
    assert answer["citations"][0]["link"].startswith("/articles/report?collection=old&")
    first = ask(client, question=FOX_QUESTION)
    assert ([one["quote"] for one in first["citations"]], first["index"]["collection"]) == ([FOX_QUOTE], "news")
    assert ask(client, question=FOX_QUESTION, collection="old")["answered"] is False
    assert client.post("/v1/ask?collection=old", json={"question": MUSEUM_QUESTION}).get_json()["answered"] is True


def test_every_call_takes_a_collection(client: FlaskClient) -> None:
    found = client.post("/v1/search", json={"question": MUSEUM_QUESTION, "collection": "old"}).get_json()
    assert (found["passages"][0]["text"], found["index"]["collection"]) == (MUSEUM, "old")
    batch = [{"question": MUSEUM_QUESTION, "collection": one} for one in ("old", "news", "olds")]
    results = client.post("/v1/ask/batch", json={"questions": batch}).get_json()["results"]
    assert [one["index"]["collection"] for one in results[:2]] == ["old", "news"]
    assert (results[2]["status"], results[2]["detail"]) == (422, UNKNOWN)
    listed = client.get("/v1/articles?collection=old").get_json()["articles"]
    assert [one["id"] for one in listed] == ["barn", "report"]
    assert client.get("/v1/articles/report?collection=old").get_json()["text"] == f"{MUSEUM}\n"
    assert client.get("/v1/articles/report").get_json()["text"] == f"{FOX}\n"
    assert client.get("/v1/passages/report:4-10?collection=old").get_json()["text"] == "museum"
    (mention,) = client.get("/v1/mentions?name=March&collection=old").get_json()["mentions"]
    assert mention["link"] == "/articles/report?collection=old&start=39&end=44#mark"
    assert client.get("/v1/mentions?name=March").get_json()["total"] == 0
    draft = {"text": f"“{MUSEUM_QUOTE}”", "collection": "old"}
    (claim,) = client.post("/v1/check", json=draft).get_json()["claims"]
    assert (claim["status"], claim["sources"][0]["link"].split("&")[0]) == ("exact", "/articles/report?collection=old")
    assert client.get("/v1/index?collection=old").get_json()["collection"] == "old"


def test_a_past_answer_is_verified_in_the_collection_that_gave_it(client: FlaskClient) -> None:
    answer = ask(client, question=MUSEUM_QUESTION, collection="old")
    checked = client.post("/v1/verify", json=answer).get_json()
    assert ([one["status"] for one in checked["checks"]], checked["index"]["collection"]) == (["unchanged"], "old")
    other = client.post("/v1/verify", json={**answer, "collection": "news"}).get_json()
    assert [one["status"] for one in other["checks"]] == ["gone"]


def test_a_chat_asks_the_collection_of_its_field_or_of_its_model(client: FlaskClient) -> None:
    assert [one["id"] for one in client.get("/v1/models").get_json()["data"]] == [
        "qa-articles",
        "qa:news",
        "qa:old",
        "fake",
    ]
    for fields in ({"collection": "old"}, {"model": "qa:old"}, {"model": "qa:news", "collection": "old"}):
        message = client.post("/v1/chat/completions", json={**CHAT, **fields}).get_json()["choices"][0]["message"]
        assert MUSEUM_QUOTE in message["content"]
        assert "/articles/report?collection=old&" in message["annotations"][0]["url_citation"]["url"]
    assert MUSEUM_QUOTE not in client.post("/v1/chat/completions", json={**CHAT, "model": "qa"}).text
    refused = client.post("/v1/chat/completions", json={**CHAT, "model": "qa:olds"})
    assert (refused.status_code, refused.get_json()["detail"]) == (422, UNKNOWN)
    assert (refused.get_json()["pointer"], refused.get_json()["error"]["param"]) == ("#/model", "model")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/ask", {"question": "a", "collection": "olds"}),
        ("POST", "/v1/search", {"question": "a", "collection": "olds"}),
        ("POST", "/v1/check", {"text": "a", "collection": "olds"}),
        ("POST", "/v1/conversations", {"collection": "olds"}),
        ("POST", "/v1/chat/completions", {**CHAT, "collection": "olds"}),
        ("GET", "/v1/articles?collection=olds", None),
        ("GET", "/v1/articles/report?collection=olds", None),
        ("GET", "/v1/mentions?name=a&collection=olds", None),
        ("DELETE", "/v1/articles/report?collection=olds", None),
    ],
)
def test_an_unknown_name_is_422_with_the_nearest_one(method: str, path: str, body: Any, client: FlaskClient) -> None:
    refused = client.open(path, method=method, json=body)
    found = refused.get_json()
    assert (refused.status_code, found["detail"], found["code"]) == (422, UNKNOWN, "unknown-collection")
    assert found["pointer"] == "#/collection"


def test_a_damaged_one_is_listed_and_told_and_stops_no_other(damaged: FlaskClient, tmp_path: Path) -> None:
    states = [
        {"name": "news", "folder": str(tmp_path / "news"), "state": "ready", "articles": 2, "reason": None},
        {
            "name": "old",
            "folder": str(tmp_path / "old"),
            "state": "damaged",
            "articles": None,
            "reason": "Its index is damaged.",
        },
    ]
    assert damaged.get("/v1/collections").get_json() == {"collections": states}
    refused = damaged.post("/v1/ask", json={"question": MUSEUM_QUESTION, "collection": "old"})
    found = refused.get_json()
    assert (refused.status_code, found["detail"], found["code"]) == (503, DAMAGED, "collection-unavailable")
    ready = damaged.get("/readyz")
    told = ready.get_json()
    assert (ready.status_code, told["status"], told["collections"]) == (200, "ready", states)
    assert told["index"]["collection"] == "news"
    assert ask(damaged, question=FOX_QUESTION)["answered"] is True
    figures = damaged.get("/metrics").text
    assert 'qa_index_articles{collection="news"} 2.0' in figures
    assert 'collection="old"' not in figures


def test_where_the_first_one_is_damaged_the_others_answer(tmp_path: Path) -> None:
    settings = two_folders(tmp_path)
    damage(index_folder(tmp_path, "news"))
    client = two_site(tmp_path, Collections(settings, open_fake)).test_client()
    assert client.get("/readyz").get_json()["index"]["collection"] == "old"
    assert client.post("/v1/ask", json={"question": FOX_QUESTION}).status_code == 503
    assert ask(client, question=MUSEUM_QUESTION, collection="old")["answered"] is True
    assert client.get("/v1/models").status_code == 200


def test_one_whose_folder_vanishes_answers_and_says_so(client: FlaskClient, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "old")
    state = client.get("/v1/collections").get_json()["collections"][1]
    assert (state["state"], state["articles"]) == ("folder missing", 2)
    assert state["reason"] == "Its folder is not there; the index answers as it is."
    assert ask(client, question=MUSEUM_QUESTION, collection="old")["answered"] is True


def test_with_a_token_a_folder_has_no_path(tmp_path: Path) -> None:
    client = two_site(tmp_path, token="x" * 22).test_client()
    listed = client.get("/v1/collections", headers={"Authorization": f"Bearer {'x' * 22}"}).get_json()["collections"]
    assert [one["folder"] for one in listed] == ["news", "old"]


def test_a_conversation_stays_in_its_collection(client: FlaskClient) -> None:
    made = client.post("/v1/conversations", json={"collection": "old"}).get_json()
    assert made["collection"] == "old"
    path = f"/v1/conversations/{made['id']}"
    turn = client.post(f"{path}/ask", json={"question": MUSEUM_QUESTION}).get_json()
    assert turn["answer"]["index"]["collection"] == "old"
    again = client.post(f"{path}/ask", json={"question": "And the barn owl?", "collection": "old"}).get_json()
    assert again["answer"]["index"]["collection"] == "old"
    refused = client.post(f"{path}/ask", json={"question": FOX_QUESTION, "collection": "news"})
    assert (refused.status_code, refused.get_json()["pointer"]) == (422, "#/collection")
    assert refused.get_json()["detail"] == (
        "This conversation asks the collection 'old'. Leave `collection` out, or start another one."
    )
    assert [one["collection"] for one in client.get("/v1/conversations").get_json()["conversations"]] == ["old"]
    assert len(client.get(path).get_json()["turns"]) == 2
    assert client.post("/v1/conversations", json={}).get_json()["collection"] == "news"


def test_a_conversation_whose_collection_is_gone_can_be_read_but_not_asked(client: FlaskClient, tmp_path: Path) -> None:
    made = client.post("/v1/conversations", json={"collection": "old"}).get_json()
    client.post(f"/v1/conversations/{made['id']}/ask", json={"question": MUSEUM_QUESTION})
    settings = two_folders(tmp_path)
    settings = settings.with_options(collections=settings.collections[:1])
    left = two_site(tmp_path, Collections(settings, open_fake)).test_client()
    assert left.get(f"/v1/conversations/{made['id']}").get_json()["turns"][0]["answer"]["answered"] is True
    refused = left.post(f"/v1/conversations/{made['id']}/ask", json={"question": MUSEUM_QUESTION})
    assert (refused.status_code, refused.get_json()["detail"]) == (
        422,
        "There is no collection 'old'. There are: 'news'.",
    )


def test_articles_are_changed_in_one_collection_alone(client: FlaskClient, tmp_path: Path) -> None:
    form = {"file": (io.BytesIO(b"The ferry sank in April.\n"), "ferry.txt")}
    added = client.post("/v1/articles?collection=old", data=form).get_json()
    assert (added["files"][0]["status"], added["index"]["collection"]) == ("added", "old")
    assert sorted(path.name for path in (tmp_path / "old").iterdir()) == ["barn.txt", "ferry.txt", "report.txt"]
    assert client.get("/v1/articles").get_json()["total"] == 2
    renamed = client.patch("/v1/articles/ferry?collection=old", json={"name": "boat.txt"}).get_json()
    assert renamed["id"] == "boat"
    assert client.delete("/v1/articles/report?collection=old").status_code == 204
    assert not (tmp_path / "old" / "report.txt").exists()
    assert ask(client, question=MUSEUM_QUESTION, collection="old")["answered"] is False
    assert (tmp_path / "news" / "report.txt").exists()
    assert ask(client, question=FOX_QUESTION)["citations"][0]["article_id"] == "report"


def test_a_single_folder_shows_nothing_of_collections(tmp_path: Path) -> None:
    client = api_site(tmp_path).test_client()
    answer = client.post("/v1/ask", json={"question": "criminal cases against deserters"}).get_json()
    assert answer["index"]["collection"] is None
    assert "collection" not in answer["citations"][0]["link"]
    assert client.get("/readyz").get_json() == {"status": "ready", "index": answer["index"]}
    assert [one["id"] for one in client.get("/v1/models").get_json()["data"]] == ["qa-articles", "fake"]
    assert client.post("/v1/chat/completions", json={**CHAT, "model": "qa:old"}).status_code == 200
    assert "collection" not in client.get("/metrics").text
    refused = client.post("/v1/ask", json={"question": "a", "collection": "old"})
    assert (refused.status_code, refused.get_json()["detail"]) == (
        422,
        "There is no collection 'old': a single folder is asked here, and it has no name.",
    )
