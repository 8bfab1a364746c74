"""Every place of a name in every spelling, in order of time; through the API, the page and the terminal alike."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from qa.mentions.mentions import Mentions, find_mentions
from qa.protocols import Snapshot
from qa.settings import Settings
from tests.cli.runs import run_here
from tests.reliability.corpus import following, index_articles, lay_out, opened
from web import create_app

ARTICLES = {
    "trial.txt": (
        "The trial of a mayor\n\n14 March 2023\n\nAlexander Vinogradov was tried in May. Nobody believed Vinogradov’s"
        " lawyer. The judge spoke to Alexander I. Vinogradov twice.\n"
    ),
    "earlier.txt": "An earlier report\n\n2 February 2021\n\nThe mayor ate grapes. A vine grew there.\n",
    "other.txt": "Another family\n\nA sister, Maria Vinogradov, opened a shop. Vinogradov sold bread.\n",
    "undated.txt": "A portrait\n\nIn the town hall hangs a portrait of Aleksander Vinogradov.\n",
    "bush.txt": "The garden\n\nA bush grew by the house. George Bush never saw it.\n",
}


@pytest.fixture
def index(tmp_path: Path) -> Path:
    lay_out(tmp_path / "articles", ARTICLES)
    index_articles(tmp_path / "articles", tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def snapshot(index: Path) -> Iterator[Snapshot]:
    with opened(index) as one:
        yield one


@pytest.fixture
def client(index: Path, tmp_path: Path) -> FlaskClient:
    settings = Settings(articles=tmp_path / "articles", index=index, data=tmp_path / "data")
    return create_app(following(index), settings).test_client()


def texts(found: Mentions) -> list[tuple[str, str, bool]]:
    return [(one.article_id, one.text, one.whole) for one in found.mentions]


def test_all_places_come_by_date_and_the_undated_last(snapshot: Snapshot) -> None:
    found = find_mentions("Alexander Vinogradov", snapshot)
    assert texts(found) == [
        ("trial", "Alexander Vinogradov", True),
        ("trial", "Vinogradov", False),
        ("trial", "Alexander I. Vinogradov", True),
        ("undated", "Aleksander Vinogradov", True),
    ]
    assert [one.date for one in found.mentions] == ["2023-03-14", "2023-03-14", "2023-03-14", None]
    assert [(one.text, one.count) for one in found.spellings] == [
        ("Aleksander Vinogradov", 1),
        ("Alexander I. Vinogradov", 1),
        ("Alexander Vinogradov", 1),
    ]
    assert (found.total, found.index) == (4, snapshot.info)
    for one in found.mentions:
        assert snapshot.text.article(one.article_id).text[one.start : one.end] == one.text
        assert one.text in one.sentence


def test_a_name_in_capitals_is_not_a_word_in_small_letters(snapshot: Snapshot) -> None:
    assert texts(find_mentions("Bush", snapshot)) == [("bush", "Bush", True)]
    assert texts(find_mentions("bush", snapshot)) == [("bush", "bush", True), ("bush", "Bush", True)]


def test_a_name_of_one_word_is_found_whole_everywhere(snapshot: Snapshot) -> None:
    found = find_mentions("Vinogradov", snapshot)
    assert [one.article_id for one in found.mentions] == ["trial", "trial", "trial", "other", "other", "undated"]
    assert {one.text for one in found.mentions} == {"Vinogradov"}


@pytest.mark.parametrize("name", ["Zelda Here", "...", "Vinogradov Alexander", "x" * 200, "É", "(.*", "a' OR 1=1"])
def test_a_name_that_is_not_there_has_no_mentions(snapshot: Snapshot, name: str) -> None:
    assert find_mentions(name, snapshot).total == 0


def test_a_page_of_mentions_counts_all(snapshot: Snapshot) -> None:
    found = find_mentions("Alexander Vinogradov", snapshot, offset=1, limit=2)
    assert (found.total, found.offset, found.limit) == (4, 1, 2)
    assert [one.text for one in found.mentions] == ["Vinogradov", "Alexander I. Vinogradov"]


def test_the_api_the_terminal_and_the_page_list_the_same(client: FlaskClient, index: Path) -> None:
    address = "/v1/mentions?name=Alexander+Vinogradov"
    sent = client.get(address)
    assert sent.status_code == 200
    content = sent.get_json()
    assert (
        client.get(
            "/v1/mentions?name=Alexander+Vinogradov", headers={"If-None-Match": sent.headers["ETag"]}
        ).status_code
        == 304
    )
    ran = run_here("mentions", "--json", "Alexander", "Vinogradov", "--index", str(index))
    assert ran.code == 0
    assert json.loads(ran.out)["mentions"] == content["mentions"]
    page = html.unescape(client.get("/mentions?name=Alexander+Vinogradov").text)
    assert "4 mentions, the earliest first" in page
    for one in content["mentions"]:
        assert f'href="{one["link"]}">{one["sentence"]}</a>' in page
        assert ">" + one["text"] + "</mark>" in client.get(one["link"]).text


def test_the_terminal_prints_date_place_and_sentence(index: Path) -> None:
    ran = run_here("mentions", "Bush", "--index", str(index))
    assert ran.out.splitlines() == ["no date    bush.txt:3", "    George Bush never saw it."]
    none = run_here("mentions", "Zelda", "Here", "--index", str(index))
    assert (none.code, none.out) == (1, "No article has the name Zelda Here.\n")


@pytest.mark.parametrize(("query", "status"), [("", 400), ("name=", 400), ("name=+", 400), ("name=a&limit=0", 400)])
def test_a_query_without_a_name_is_refused(client: FlaskClient, query: str, status: int) -> None:
    assert client.get(f"/v1/mentions?{query}").status_code == status
    assert client.get("/mentions").status_code == 200
    assert "No article has this name." in client.get("/mentions?name=Zelda").text
