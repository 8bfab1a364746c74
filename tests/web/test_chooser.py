"""The pages over several collections: the chooser, and the collection in every address that is about one."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from qa.collections.collections import Collections
from tests.collections.sites import (
    FOX_QUESTION,
    MUSEUM_QUESTION,
    damage,
    index_folder,
    open_fake,
    two_folders,
    two_site,
)
from tests.web.fakes import fake_site


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return two_site(tmp_path).test_client()


def token_of(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_the_first_collection_is_shown_and_the_others_can_be_chosen(client: FlaskClient) -> None:
    page = client.get("/").text
    assert '<a href="/?collection=news" dir="auto" aria-current="true">news</a>' in page
    assert '<a href="/?collection=old" dir="auto">old</a>' in page
    assert 'data-collection="news"' in page


def test_every_address_of_the_chosen_one_names_it(client: FlaskClient) -> None:
    for path in ("/", "/articles", "/articles/report", "/tools", "/check", "/mentions", "/about", "/conversations"):
        page = html.unescape(client.get(f"{path}?collection=old").text)
        assert '<a href="/?collection=old" dir="auto" aria-current="true">old</a>' in page, path
        links = re.findall(r'href="(/(?:articles|tools|about|check|mentions|add)?(?:[/?][^"]*)?)"', page)
        assert links
        assert {link for link in links if "collection=" not in link} == set(), path


def test_a_form_asks_the_chosen_one_and_the_conversation_stays_there(client: FlaskClient) -> None:
    page = client.get("/?collection=old").text
    assert '<input type="hidden" name="collection" value="old">' in page
    fields = {"token": token_of(page), "question": MUSEUM_QUESTION}
    asked = client.post("/?collection=old", data=fields)
    address = asked.headers["Location"].partition("#")[0]
    shown = html.unescape(client.get(address).text)
    assert "/articles/report?collection=old&start=" in shown
    assert 'data-collection="old"' in shown
    client.post(address, data={**fields, "question": FOX_QUESTION})
    turns = client.get(f"/v1/conversations/{address.rpartition('/')[2]}").get_json()["turns"]
    assert [one["answer"]["index"]["collection"] for one in turns] == ["old", "old"]
    assert "<bdi>old</bdi>" in client.get("/conversations").text


def test_one_that_cannot_be_asked_says_why_and_the_others_can_be_chosen(tmp_path: Path) -> None:
    settings = two_folders(tmp_path)
    damage(index_folder(tmp_path, "news"))
    client = two_site(tmp_path, Collections(settings, open_fake)).test_client()
    refused = client.get("/", headers={"Accept": "text/html"})
    page = html.unescape(refused.text)
    assert refused.status_code == 503
    assert "The collection 'news' cannot be asked. Its index is damaged." in page
    assert '<a href="/?collection=old" dir="auto">old</a>' in page
    assert client.get("/?collection=old").status_code == 200


def test_an_unknown_name_is_told_with_the_nearest_one(client: FlaskClient) -> None:
    refused = client.get("/articles?collection=olds", headers={"Accept": "text/html"})
    assert refused.status_code == 422
    assert "There is no collection 'olds'. Did you mean 'old'?" in html.unescape(refused.text)


def test_a_single_folder_shows_no_chooser(tmp_path: Path) -> None:
    client = fake_site(tmp_path).test_client()
    for path in ("/", "/articles", "/conversations", "/about"):
        assert "ollection" not in client.get(path).text
