"""The pane of sources: copies, conversations and suggested questions that follow what happens on the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.asking import CASES, HOTLINE, ask
from tests.e2e.pages import OpenPage, Serve, Served
from tests.uploads.sites import changeable_site
from tests.web.fakes import FakeEngine, article, fake_site

pytestmark = pytest.mark.browser

MEETING = "A meeting\n\nAnna Berg said that prices fell sharply.\n\nJohn Smith told farmers what happened.\n"
HARBOUR = "A harbour\n\nIn all, 1,204 boats were damaged in the storm.\n"


def test_suggested_questions_follow_the_chosen_articles(open_page: OpenPage, serving: Serve, tmp_path: Path) -> None:
    engine = FakeEngine(articles=[article("meeting", MEETING), article("harbour", HARBOUR)])
    page = open_page(serving(fake_site(tmp_path, engine)).address)
    suggested = page.locator(".suggestions button")
    boats = "How many boats were damaged in the storm?"
    expect(suggested).to_have_text([boats, "What did Anna Berg say?", "What did John Smith say?"])
    page.get_by_label("A harbour").press("Space")
    expect(suggested).to_have_text([boats])
    suggested.first.press("Enter")
    expect(page.locator("#log .quotation q")).to_have_count(1)
    assert engine.requests[-1].articles == ("harbour",)
    fresh = open_page(f"{page.url.partition('/c/')[0]}/?articles=meeting", java_script_enabled=False)
    expect(fresh.locator(".suggestions button")).to_have_text(["What did Anna Berg say?", "What did John Smith say?"])


def test_the_list_of_conversations_follows_without_a_reload(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    ask(page, CASES)
    expect(page.locator(".past a")).to_have_text([CASES])
    expect(page.locator(".past a[aria-current]")).to_have_text(CASES)
    page.get_by_role("link", name="New conversation").click()
    ask(page, HOTLINE)
    expect(page.locator(".past a")).to_have_text([HOTLINE, CASES])


def test_articles_with_the_same_text_are_said_to_be_copies(open_page: OpenPage, serving: Serve, tmp_path: Path) -> None:
    app = changeable_site(tmp_path)
    text = (tmp_path / "articles" / "fox.txt").read_text()
    client = app.test_client()
    added = client.post("/v1/articles", json={"articles": [{"name": "copy.txt", "text": f"Agency copy\n\n{text}"}]})
    assert added.get_json()["files"][0]["status"] == "added"
    page = open_page(serving(app).address)
    expect(page.locator(".source-list .copies")).to_have_count(2)
    page.get_by_placeholder("Search in the articles").fill("Agency")
    expect(page.locator(".source-list .copies")).to_have_text(["same text as fox"])
