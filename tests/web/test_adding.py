from __future__ import annotations

import html
import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.uploads.sites import OWL, changeable_site, names
from tests.web.fakes import fake_site


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return changeable_site(tmp_path).test_client()


def token(client: FlaskClient) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get("/add").text)
    assert found is not None
    return found[1]


def test_files_of_the_form_are_added_and_each_has_its_result(client: FlaskClient, tmp_path: Path) -> None:
    files = [(io.BytesIO(OWL.encode()), "owl.txt"), (io.BytesIO(b"x"), "<b>.exe")]
    page = client.post("/add", data={"token": token(client), "file": files})
    assert page.status_code == 200
    assert '<a href="/articles/owl">Added</a>' in page.text
    assert "Not added. &#39;&lt;b&gt;.exe&#39; cannot be the name of an article: it holds &lt; &gt;." in page.text
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "owl.txt", "wing.txt"]


@pytest.mark.parametrize(("title", "name"), [("Owls: why?", "Owls why.txt"), ("", "The barn owl nests above the mill")])
def test_a_pasted_text_gets_its_name_from_its_title_or_first_line(
    client: FlaskClient, tmp_path: Path, title: str, name: str
) -> None:
    client.post("/add", data={"token": token(client), "title": title, "text": OWL.replace("\n", "\r\n")})
    (added,) = set(names(tmp_path)) - {"fox.txt", "orchard.txt", "wing.txt"}
    assert added.startswith(name)
    assert (tmp_path / "articles" / added).read_text() == OWL


def test_what_was_pasted_is_there_again_where_it_could_not_be_added(client: FlaskClient) -> None:
    stale = client.post("/add", data={"token": "old", "title": "Owl", "text": OWL}, headers={"Accept": "text/html"})
    assert stale.status_code == 400
    assert "This page is out of date. Nothing was lost; please submit again." in stale.text
    assert 'value="Owl"' in stale.text
    assert OWL in html.unescape(stale.text)
    nothing = client.post("/add", data={"token": token(client)})
    assert "There is nothing to add yet. Choose files, or paste a text." in nothing.text


def test_an_article_is_renamed_and_removed_by_forms(client: FlaskClient, tmp_path: Path) -> None:
    assert '<a class="quiet-button" href="/manage/fox">Rename or remove</a>' in client.get("/articles/fox").text
    assert 'value="fox.txt"' in client.get("/manage/fox").text
    given = {"token": token(client)}
    taken = client.post("/rename/fox", data={**given, "name": "wing.txt"})
    assert taken.status_code == 400
    assert "is there already, with other content" in taken.text
    renamed = client.post("/rename/fox", data={**given, "name": "red fox.txt"})
    assert (renamed.status_code, renamed.location) == (303, "/articles/red%20fox")
    removed = client.post("/remove/red fox", data=given)
    assert removed.status_code == 200
    assert "It is removed, and nothing of it is left: " in removed.text
    assert names(tmp_path) == ["orchard.txt", "wing.txt"]


def test_where_changes_are_off_no_page_leads_to_them(tmp_path: Path) -> None:
    client = fake_site(tmp_path, uploads=False).test_client()
    for path in ("/", "/articles/deserters"):
        assert "/add" not in client.get(path).text
        assert "/manage" not in client.get(path).text
    for path in ("/add", "/manage/deserters"):
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 403
        assert "Articles are added here only by programs of this machine or with a token" in page.text


def test_a_site_of_a_cluster_says_where_its_articles_are_changed(tmp_path: Path) -> None:
    client = fake_site(tmp_path, cluster="auto").test_client()
    assert "/add" not in client.get("/").text
    refused = client.delete("/v1/articles/deserters?prove=true")
    assert (refused.status_code, refused.get_json()["detail"]) == (
        403,
        "This index is served by a cluster and is not changed from here. Change the folder of its articles, then run:"
        " qa index --cluster",
    )
