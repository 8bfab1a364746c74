from __future__ import annotations

import html
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.fakes import api_site
from web.api.reference.openapi import path_of
from web.api.reference.operations import OPERATIONS

PAGES = {
    "about",
    "source_pane",
    "adding",
    "keeping",
    "written_pages",
    "judging",
    "tools",
    "pages",
    "article_pages",
    "conversation_pages",
    "static",
    "access",
    "docs",
    "discovery",
    "openapi",
}


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return api_site(tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def document(client: FlaskClient) -> Any:
    return client.get("/openapi.json").get_json()


def test_every_route_of_the_api_is_documented_and_nothing_else(app: Flask, document: Any) -> None:
    routes = {
        (path_of(rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] not in PAGES
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, methods in document["paths"].items() for method in methods} == routes


def test_no_route_is_documented_twice() -> None:
    assert len({one.endpoint for one in OPERATIONS}) == len(OPERATIONS)


def examples(document: Any) -> list[tuple[str, Any, Any]]:
    found = []
    for path, methods in document["paths"].items():
        for operation in methods.values():
            contents = [operation.get("requestBody", {}).get("content", {})]
            contents += [response.get("content", {}) for response in operation["responses"].values()]
            found += [
                (path, one["schema"], one["example"]) for all_ in contents for one in all_.values() if "example" in one
            ]
    return found


def test_every_example_is_what_its_schema_says(document: Any) -> None:
    found = examples(document)
    assert len(found) > 15
    for path, schema, example in found:
        validator = jsonschema.Draft202012Validator({**schema, "components": document["components"]})
        assert [f"{path}: {error.message}" for error in validator.iter_errors(example)] == []


def test_every_example_of_a_question_is_answered_as_documented(client: FlaskClient, document: Any) -> None:
    for path in ("/v1/ask", "/v1/ask/batch", "/v1/search", "/v1/verify", "/v1/check", "/v1/chat/completions"):
        operation = document["paths"][path]["post"]
        response = client.post(path, json=operation["requestBody"]["content"]["application/json"]["example"])
        assert response.status_code == 200
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(response.get_json(), {**schema, "components": document["components"]})


def test_limits_stand_in_the_document(document: Any) -> None:
    question = document["components"]["schemas"]["AskRequest"]["properties"]["question"]
    assert (question["minLength"], question["maxLength"]) == (1, 2000)
    assert document["components"]["schemas"]["AskRequest"]["additionalProperties"] is False
    assert document["components"]["schemas"]["BatchRequest"]["properties"]["questions"]["maxItems"] == 32


def test_a_token_stands_in_the_document_where_one_is_asked_for(tmp_path: Path, document: Any) -> None:
    assert "security" not in document
    client = api_site(tmp_path, token="t" * 22).test_client()
    guarded = client.get("/openapi.json", headers={"Authorization": f"Bearer {'t' * 22}"}).get_json()
    assert guarded["security"] == [{"token": []}]
    assert guarded["paths"]["/healthz"]["get"]["security"] == guarded["paths"]["/readyz"]["get"]["security"] == []
    assert "401" in guarded["paths"]["/v1/ask"]["post"]["responses"]


def test_the_docs_page_has_every_route_and_nothing_from_elsewhere(client: FlaskClient, document: Any) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in page.text
    assert 'src="http' not in page.text
    assert "<style" not in page.text
    assert "onclick" not in page.text


def command_lines(client: FlaskClient, **options: Any) -> list[list[str]]:
    page = html.unescape(client.get("/docs", **options).text)
    return [shlex.split(line) for line in re.findall(r'<pre tabindex="0">(curl .*?)</pre>', page)]


def test_every_call_has_a_command_line_that_is_taken(tmp_path: Path, document: Any) -> None:
    client = api_site(tmp_path, articles=tmp_path / "articles").test_client()
    lines = command_lines(client)
    assert len(lines) == sum(len(methods) for methods in document["paths"].values())
    for words in lines:
        address = urlsplit(words[-1])
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        body = words[words.index("-d") + 1] if "-d" in words else None
        kind = words[words.index("-H") + 1].partition(": ")[2] if body is not None else None
        if address.path == "/v1/mentions":
            continue  # the fake index holds no words
        response = client.open(f"{address.path}?{address.query}", method=method, data=body, content_type=kind)
        assert response.status_code in {200, 201, 204, 404}, words
        if response.status_code == 404:
            assert response.get_json()["detail"].startswith(
                ("No article", "There is no conversation", "There is no model")
            )


def test_a_command_line_brings_the_token_where_one_is_asked_for(tmp_path: Path) -> None:
    client = api_site(tmp_path, token="t" * 22).test_client()
    lines = command_lines(client, headers={"Authorization": f"Bearer {'t' * 22}"})
    without = [urlsplit(words[-1]).path for words in lines if "Authorization: Bearer $QA_TOKEN" not in words]
    assert without == ["/healthz", "/readyz"]


def test_the_docs_page_says_limits_in_words(client: FlaskClient) -> None:
    page = html.unescape(client.get("/docs").text)
    for words in (
        "text (1 to 2,000 characters). The question, in plain words.",
        "whole number (1 to 100) or null. How many passages to return.",
        "day as YYYY-MM-DD or null. Only articles of this day or later.",
        "list (at most 1,000) of text (1 to 1,024 characters) or null. Only these articles, by id; empty for all.",
        "text (at most 200 characters). Only articles with all these words in title, file name or text.",
    ):
        assert words in page, words
    assert not re.search(r"pattern|minLength|maxItems|\\u001c", page)


def test_every_route_has_its_line_in_the_readme(app: Flask) -> None:
    readme = (Path(__file__).parents[2] / "web" / "README.md").read_text(encoding="utf-8")
    routes = {
        f"`{method} {rule.rule}`"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert [route for route in sorted(routes) if route not in readme] == []
