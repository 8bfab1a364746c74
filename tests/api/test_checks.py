"""A draft through the API and the page: what is quoted wrongly is shown, what is too much is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.uploads.sites import changeable_site

DRAFT = (
    "He said: “The red fox crossed the frozen lake at night.” The museum’s wing “opened its northern wing in March”."
    " “Nobody <b>will</b> pay for it.”"
)


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return changeable_site(tmp_path).test_client()


def test_each_quotation_has_its_status_source_and_link(client: FlaskClient) -> None:
    content = client.post("/v1/check", json={"text": DRAFT}).get_json()
    assert [(one["kind"], one["status"]) for one in content["claims"]] == [
        ("quotation", "differs"),
        ("quotation", "exact"),
        ("quotation", "absent"),
    ]
    edited, exact, absent = content["claims"]
    assert [(one["where"], one["text"]) for one in edited["differences"]][1:3] == [
        ("draft", "lake"),
        ("article", "river"),
    ]
    (source,) = exact["sources"]
    assert (source["article_id"], source["quote"]) == ("wing", "opened its northern wing in March")
    assert client.get(source["link"]).status_code == 200
    assert "<mark" in client.get(source["link"]).text
    assert absent["sources"] == []
    assert (content["unchecked"], content["index"]["articles"]) == (0, 3)


def test_a_draft_of_a_megabyte_is_taken_and_a_longer_one_refused(client: FlaskClient) -> None:
    assert client.post("/v1/check", json={"text": "é" * 1_000_000}).get_json()["claims"] == []
    longer = client.post("/v1/check", json={"text": "x" * 1_000_001})
    assert (longer.status_code, longer.get_json()["detail"]) == (
        400,
        "`text` may have 1,000,000 characters at most.",
    )
    assert (
        client.post("/v1/check", data=b"x" * (12 * 1024 * 1024 + 1), content_type="application/json").status_code == 413
    )


def test_the_page_shows_each_quotation_with_what_is_different(client: FlaskClient) -> None:
    assert '<a href="/check">Check a text</a>' in client.get("/tools").text
    found = re.search(r'name="token" value="([^"]+)"', client.get("/check").text)
    assert found is not None
    page = client.post("/check", data={"token": found[1], "draft": DRAFT}).text
    assert "3 checked: 1 in the articles, 1 different, 1 not there" in page
    assert "lake</del>" in page
    assert "river</ins>" in page
    assert "Nobody &lt;b&gt;will&lt;/b&gt; pay for it." in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("draft", "token", "said"),
    [("x", "old", "This page is out of date."), ("  ", "", "There is no text yet. Paste one.")],
)
def test_a_form_that_cannot_be_taken_keeps_its_text(client: FlaskClient, draft: str, token: str, said: str) -> None:
    found = re.search(r'name="token" value="([^"]+)"', client.get("/check").text)
    assert found is not None
    page = client.post("/check", data={"token": token or found[1], "draft": draft})
    assert page.status_code == 400
    assert said in page.text
