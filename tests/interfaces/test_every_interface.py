"""The real engine over the seed articles: the same statements and quotes through every interface."""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from mcp import Client, StdioServerParameters

from qa.answer.engine import Engine
from qa.cli.text_format import one_line
from qa.mcp.server import make_server
from qa.mcp.tools import Tools
from qa.protocols import AnswerEngine
from qa.records import PERHAPS
from qa.settings import Settings
from tests.cli.runs import run_program
from tests.collections.sites import single
from web import create_app

QUESTIONS = [
    "How many criminal cases were opened against deserters in the first half of 2023?",
    "What is the hotline called?",
    "Who translated the article about Brazil?",
    "best pasta recipe",
]
QUOTATION = r'<q>([^<]+)</q>&nbsp;<a class="marker"[^>]*>([0-9]+)</a>'
REFUSAL = r'<p class="words" dir="auto">(.*)</p>'
Statements = list[tuple[str, list[int]]]
Evidence = list[tuple[str, int, int, str]]


@pytest.fixture(scope="module")
def engine(seeds_index: Path) -> Engine:
    from qa.factory import open_engine

    return open_engine(Settings(index=seeds_index))


@pytest.fixture(scope="module")
def client(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_app(engine, Settings(data=tmp_path_factory.mktemp("data"))).test_client()


def statements(answer: Any) -> Statements:
    return [(one["text"], one["markers"]) for one in answer["statements"]]


def evidence(answer: Any) -> Evidence:
    return [(one["article_id"], one["start"], one["end"], one["quote"]) for one in answer["citations"]]


@pytest.fixture(scope="module", params=QUESTIONS)
def asked(request: pytest.FixtureRequest, client: FlaskClient) -> tuple[str, Any]:
    return request.param, client.post("/v1/ask", json={"question": request.param}).get_json()


def test_every_quote_and_passage_is_the_articles_text_to_the_letter(
    asked: tuple[str, Any], client: FlaskClient
) -> None:
    for found in [*asked[1]["citations"], *asked[1]["passages"]]:
        article = client.get(f"/v1/articles/{found['article_id']}").get_json()
        assert article["text"][found["start"] : found["end"]] == found.get("quote", found.get("text"))


def test_the_statements_are_what_the_answer_says(asked: tuple[str, Any]) -> None:
    answer = asked[1]
    places = [answer["answer"][one["start"] : one["end"]] for one in answer["statements"]]
    assert places == [one["text"] for one in answer["statements"]]
    quoted = [(one["quote"], [one["marker"]]) for one in answer["citations"]]
    assert statements(answer) == (quoted or [(answer["answer"], [])])


def test_the_same_question_gets_the_same_answer_but_for_its_time(asked: tuple[str, Any], client: FlaskClient) -> None:
    again = client.post("/v1/ask", json={"question": asked[0]}).get_json()
    assert {**again, "took_ms": 0} == {**asked[1], "took_ms": 0}


def test_a_batch_has_the_same_evidence(asked: tuple[str, Any], client: FlaskClient) -> None:
    (answer,) = client.post("/v1/ask/batch", json={"questions": [{"question": asked[0]}]}).get_json()["results"]
    assert evidence(answer) == evidence(asked[1])


def test_a_search_has_the_same_passages(asked: tuple[str, Any], client: FlaskClient) -> None:
    found = client.post("/v1/search", json={"question": asked[0]}).get_json()["passages"]
    places = [(one["article_id"], one["start"], one["end"], one["score"]) for one in asked[1]["passages"]]
    assert [(one["article_id"], one["start"], one["end"], one["score"]) for one in found] == places
    assert client.get(f"/v1/passages/{found[0]['id']}").get_json()["text"] == found[0]["text"]


def test_a_chat_completion_has_the_same_evidence(asked: tuple[str, Any], client: FlaskClient) -> None:
    body = {"model": "qa-articles", "messages": [{"role": "user", "content": asked[0]}]}
    message = client.post("/v1/chat/completions", json=body).get_json()["choices"][0]["message"]
    found: Evidence = []
    for one in (annotation["url_citation"] for annotation in message["annotations"]):
        address = urlsplit(one["url"])
        query = parse_qs(address.query)
        identifier = unquote(address.path).removeprefix("/articles/")
        quote = message["content"][one["start_index"] : one["end_index"]]
        found.append((identifier, int(query["start"][0]), int(query["end"][0]), quote))
    assert found == evidence(asked[1])
    assert message["content"] == asked[1]["answer"]
    annotated = [one["url_citation"] for one in message["annotations"]]
    places = [(one["start"], one["end"]) for one in asked[1]["statements"] if one["markers"]]
    assert [(one["start_index"], one["end_index"]) for one in annotated] == places


def test_a_stream_has_a_part_for_each_statement(asked: tuple[str, Any], client: FlaskClient) -> None:
    body = {"stream": True, "messages": [{"role": "user", "content": asked[0]}]}
    lines = client.post("/v1/chat/completions", json=body).text.split("\n\n")
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: {")]
    parts = [part for one in chunks if (part := one["choices"][0]["delta"].get("content"))]
    assert "".join(parts) == asked[1]["answer"]
    said = [f"“{text}” [{markers[0]}]" if markers else text for text, markers in statements(asked[1])]
    assert [part.rstrip(" ") for part in parts] == said


def test_the_tools_of_a_model_have_the_same_evidence(asked: tuple[str, Any], engine: AnswerEngine) -> None:
    async def talk() -> Any:
        async with Client(make_server(Tools(single(engine), "http://127.0.0.1:8000"), 2)) as client:
            return (await client.call_tool("ask", {"question": asked[0]})).structured_content

    answer = asyncio.run(talk())
    assert evidence(answer) == evidence(asked[1])
    assert answer["support"] == asked[1]["support"]
    assert answer["statements"] == asked[1]["statements"]


def test_the_terminal_has_the_same_evidence(asked: tuple[str, Any], seeds_index: Path) -> None:
    ran = run_program("ask", "--json", asked[0], QA_INDEX=seeds_index)
    answer = json.loads(ran.out)
    assert evidence(answer) == evidence(asked[1])
    assert answer["statements"] == asked[1]["statements"]
    assert answer["support"] == asked[1]["support"]
    assert ran.code == (0 if answer["answered"] else 1)


def test_the_terminal_prints_the_statements(asked: tuple[str, Any], seeds_index: Path) -> None:
    ran = run_program("ask", asked[0], QA_INDEX=seeds_index)
    said = [
        one_line(f"“{text}” [{markers[0]}]" if markers else text) + "\n\n" for text, markers in statements(asked[1])
    ]
    doubt = f"{PERHAPS}\n\n" if asked[1]["support"] == "perhaps" else ""
    assert ran.out.startswith(doubt + "".join(said))


def test_the_page_without_javascript_has_the_same_evidence(asked: tuple[str, Any], client: FlaskClient) -> None:
    token = re.search(r'name="token" value="([^"]+)"', client.get("/").text)
    assert token is not None
    page = client.post("/", data={"token": token[1], "question": asked[0]}, follow_redirects=True).text
    links = [urlsplit(html.unescape(link)) for link in re.findall(r'href="(/articles/[^"]*start=[^"]*)"', page)]
    places = {
        (unquote(link.path).removeprefix("/articles/"), int(query["start"][0]), int(query["end"][0]))
        for link in links
        for query in [parse_qs(link.query)]
    }
    cited = {(article_id, start, end) for article_id, start, end, _ in evidence(asked[1])}
    assert cited <= places
    assert bool(cited) or "do not answer" in page
    quoted = re.findall(QUOTATION, re.sub("</?strong>", "", page))
    shown = [(html.unescape(quote), [int(marker)]) for quote, marker in quoted]
    refused: Statements = [(html.unescape(words), []) for words in re.findall(REFUSAL, page) if words]
    assert shown + refused == statements(asked[1])


def test_an_export_has_the_same_evidence(asked: tuple[str, Any], client: FlaskClient) -> None:
    identifier = client.post("/v1/conversations", json={}).get_json()["id"]
    client.post(f"/v1/conversations/{identifier}/ask", json={"question": asked[0]})
    exported = client.get(f"/v1/conversations/{identifier}/export.json").get_json()
    assert evidence(exported["turns"][0]["answer"]) == evidence(asked[1])
    markdown = client.get(f"/v1/conversations/{identifier}/export.md").text.replace("\\", "")  # what Markdown escapes
    said = [f"> “{text}” [^{markers[0]}]" if markers else text for text, markers in statements(asked[1])]
    assert "\n\n".join(said) in markdown.replace("\n> ", "\n").replace("\n“", "\n> “")


def test_a_fresh_answer_verifies(asked: tuple[str, Any], client: FlaskClient) -> None:
    checks = client.post("/v1/verify", json=asked[1]).get_json()["checks"]
    assert [(one["article_id"], one["start"], one["end"], one["quote"]) for one in checks] == evidence(asked[1])
    assert {one["status"] for one in checks} <= {"unchanged"}


def test_the_figure_is_quoted_and_the_recipe_is_refused(client: FlaskClient) -> None:
    first = client.post("/v1/ask", json={"question": QUESTIONS[0]}).get_json()
    assert "2,076" in first["citations"][0]["quote"]
    last = client.post("/v1/ask", json={"question": QUESTIONS[-1]}).get_json()
    assert (last["answered"], last["citations"]) == (False, [])


@pytest.mark.parametrize(
    ("fields", "options", "words"),
    [
        ({"articles": ["{id}.txt"]}, ["--article", "{id}.txt"], "is the name of a file. Its id is '{id}'."),
        ({"articles": ["{id}x"]}, ["--article", "{id}x"], "Did you mean '{id}' ("),
        (
            {"since": "2024-02-01", "until": "2024-01-31"},
            ["--since", "2024-02-01", "--until", "2024-01-31"],
            "The days end before they begin: since is 2024-02-01, until is 2024-01-31.",
        ),
    ],
)
def test_a_scope_that_cannot_be_is_an_error_in_every_interface(
    fields: dict[str, Any], options: list[str], words: str, client: FlaskClient, engine: AnswerEngine, seeds_index: Path
) -> None:
    identifier = engine.snapshot.text.articles()[0].id

    def named(text: Any) -> Any:
        return json.loads(json.dumps(text).replace("{id}", identifier))

    fields, words = {"question": QUESTIONS[1], **named(fields)}, named(words)
    conversation = client.post("/v1/conversations", json={}).get_json()["id"]
    for path in ("/v1/ask", "/v1/search", f"/v1/conversations/{conversation}/ask"):
        refused = client.post(path, json=fields)
        assert (refused.status_code, words in refused.get_json()["detail"]) == (422, True)
    (batched,) = client.post("/v1/ask/batch", json={"questions": [fields]}).get_json()["results"]
    assert (batched["status"], words in batched["detail"]) == (422, True)
    token = re.search(r'name="token" value="([^"]+)"', client.get("/").text)
    assert token is not None
    page = client.post("/", data={"token": token[1], **fields})
    assert (page.status_code, words in html.unescape(page.text), QUESTIONS[1] in page.text) == (400, True, True)

    async def talk() -> Any:
        async with Client(make_server(Tools(single(engine), "http://127.0.0.1:8000"), 2)) as tools:
            return await tools.call_tool("ask", fields)

    told = asyncio.run(talk())
    assert (told.is_error, words in told.content[0].text) == (True, True)
    ran = run_program("ask", *named(options), QUESTIONS[1], QA_INDEX=seeds_index)
    assert (ran.code, ran.out, words in ran.err) == (2, "", True)


def test_articles_are_searched_by_their_text(client: FlaskClient) -> None:
    found = client.get("/v1/articles?search=deserters").get_json()
    assert 0 < found["total"] < client.get("/v1/articles").get_json()["total"]
    for one in found["articles"]:
        assert "deserters" in client.get(f"/v1/articles/{one['id']}").get_json()["text"].lower()


def test_embeddings_are_unit_vectors_of_the_indexs_own_model(client: FlaskClient) -> None:
    model = client.get("/v1/index").get_json()["model"]
    body = {"model": model, "input": ["deserters", "pasta"]}
    vectors = [one["embedding"] for one in client.post("/v1/embeddings", json=body).get_json()["data"]]
    assert [round(sum(x * x for x in vector), 4) for vector in vectors] == [1.0, 1.0]
    assert [len(vector) for vector in vectors] == [384, 384]


def test_qa_mcp_serves_the_tools_over_standard_streams(client: FlaskClient, seeds_index: Path) -> None:
    program = StdioServerParameters(
        command=sys.executable, args=["-m", "qa", "mcp"], env={**os.environ, "QA_INDEX": str(seeds_index)}
    )

    async def talk() -> Any:
        async with Client(program) as client:
            return (await client.call_tool("ask", {"question": QUESTIONS[0]})).structured_content

    answer = asyncio.run(talk())
    assert evidence(answer) == evidence(client.post("/v1/ask", json={"question": QUESTIONS[0]}).get_json())
    assert all(one["url"].startswith("http://127.0.0.1:8000/articles/") for one in answer["citations"])
