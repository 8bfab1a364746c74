"""The same evidence from one of two collections through every interface."""

from __future__ import annotations

import asyncio
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from qa.mcp.server import make_server
from qa.mcp.tools import Tools
from tests.cli.runs import run_here
from tests.collections.sites import MUSEUM_QUESTION, open_fake, two_collections, two_site


def evidence(answer: Any) -> list[tuple[str, int, int, str, str]]:
    return [(one["article_id"], one["start"], one["end"], one["quote"], one["link"]) for one in answer["citations"]]


def test_every_interface_has_the_evidence_of_the_collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collections = two_collections(tmp_path)
    client = two_site(tmp_path, collections).test_client()
    fields = {"question": MUSEUM_QUESTION, "collection": "old"}
    expected = evidence(client.post("/v1/ask", json=fields).get_json())
    assert expected[0][:2] == ("report", 0)
    (batched,) = client.post("/v1/ask/batch", json={"questions": [fields]}).get_json()["results"]
    conversation = client.post("/v1/conversations", json={"collection": "old"}).get_json()["id"]
    kept = client.post(f"/v1/conversations/{conversation}/ask", json={"question": MUSEUM_QUESTION}).get_json()

    async def talk() -> Any:
        async with Client(make_server(Tools(collections, "http://127.0.0.1:8000"), 2)) as model:
            return (await model.call_tool("ask", fields)).structured_content

    monkeypatch.setattr("qa.factory.open_engine", open_fake)
    monkeypatch.setenv("QA_COLLECTIONS", f"{tmp_path / 'news'},old={tmp_path / 'old'}")
    monkeypatch.setenv("QA_INDEX", str(tmp_path / "index"))
    typed = json.loads(run_here("ask", "--json", "--collection", "old", MUSEUM_QUESTION).out)
    answers = [batched, kept["answer"], asyncio.run(talk()), typed]
    assert [evidence(answer) for answer in answers] == [expected] * 4
    page = html.unescape(client.get(f"/c/{conversation}").text)
    assert {link for *_, link in expected} <= {
        re.sub("&back=[^#]*", "", link) for link in re.findall(r'href="(/articles/[^"]*)"', page)
    }
    chat = {"model": "qa:old", "messages": [{"role": "user", "content": MUSEUM_QUESTION}]}
    message = client.post("/v1/chat/completions", json=chat).get_json()["choices"][0]["message"]
    quoted = [one["url_citation"] for one in message["annotations"]]
    texts = [message["content"][one["start_index"] : one["end_index"]] for one in quoted]
    assert texts == [quote for _, _, _, quote, _ in expected]
    assert all("?collection=old&" in one["url"] for one in quoted)
    collections.close()
