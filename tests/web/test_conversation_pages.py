from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.fakes import fake_site

CASES = "How many criminal cases against deserters?"
HOTLINE = "Which hotline helps soldiers?"
BROWSER = {"Accept": "text/html"}


def token(client: FlaskClient) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get("/").text)
    assert found is not None
    return found[1]


def ask(client: FlaskClient, question: str) -> str:
    """Ask by a form and return the conversation's id."""
    return client.post("/", data={"question": question, "token": token(client)}).location[3:35]


@pytest.mark.parametrize(("shared", "listed"), [(False, [True, False]), (True, [True, True])])
def test_a_browser_lists_its_own_conversations_unless_they_are_shared(
    tmp_path: Path, shared: bool, listed: list[bool]
) -> None:
    app = fake_site(tmp_path, shared_conversations=shared)
    mine, theirs = app.test_client(), app.test_client()
    identifiers = [ask(mine, CASES), ask(theirs, HOTLINE)]
    page = mine.get("/conversations").text
    assert [one in page for one in identifiers] == listed
    assert ("Everyone who can open this site" in page) is shared
    kept = mine.get("/v1/conversations").get_json()["conversations"]
    assert [one in {each["id"] for each in kept} for one in identifiers] == listed
    assert mine.get(f"/c/{identifiers[1]}").status_code == 200


def test_a_browser_without_its_cookie_lists_nothing_and_a_program_what_programs_asked(tmp_path: Path) -> None:
    app = fake_site(tmp_path)
    program = app.test_client()
    identifier = program.post("/v1/conversations", json={}).get_json()["id"]
    program.post(f"/v1/conversations/{identifier}/ask", json={"question": CASES})
    assert [one["id"] for one in program.get("/v1/conversations").get_json()["conversations"]] == [identifier]
    assert identifier not in app.test_client().get("/conversations").text


def test_the_cookie_of_a_browser_is_not_for_scripts_and_stays(tmp_path: Path) -> None:
    client = fake_site(tmp_path).test_client()
    [cookie] = client.get("/").headers.getlist("Set-Cookie")
    assert re.fullmatch(
        r"qa_browser=[0-9a-f]{32}; Expires=[^;]+; Max-Age=34560000; HttpOnly; Path=/; SameSite=Lax", cookie
    )
    assert client.get("/").headers.getlist("Set-Cookie") == []


def test_the_list_says_when_each_conversation_was_last_asked_in(tmp_path: Path) -> None:
    client = fake_site(tmp_path).test_client()
    ask(client, CASES)
    times = r'<time class="local" datetime="([0-9-]{10})T([0-9:]{5})[^"]+">\1 \2 UTC</time>'
    assert re.search(times, client.get("/conversations").text)


def test_one_conversation_or_the_chosen_ones_are_deleted(tmp_path: Path) -> None:
    client = fake_site(tmp_path).test_client()
    first, second, third = (ask(client, question) for question in (CASES, HOTLINE, "Most convicted?"))
    fields = {"token": token(client), "conversation": [second]}
    assert client.post("/conversations/delete", data={**fields, "only": first}).location == "/conversations"
    assert [client.get(f"/c/{one}").status_code for one in (first, second, third)] == [404, 200, 200]
    client.post("/conversations/delete", data={**fields, "conversation": [first, second, third]})
    assert [client.get(f"/c/{one}").status_code for one in (second, third)] == [404, 404]


def test_an_old_form_neither_deletes_nor_renames(tmp_path: Path) -> None:
    client = fake_site(tmp_path).test_client()
    identifier = ask(client, CASES)
    for path in ("/conversations/delete", f"/c/{identifier}/delete", f"/c/{identifier}/rename"):
        response = client.post(path, data={"token": "old", "only": identifier, "title": "x"}, headers=BROWSER)
        assert (response.status_code, "This page is out of date." in response.text) == (400, True)
    assert CASES in client.get(f"/c/{identifier}").text
