"""The chooser of a collection: by keyboard, at every width, in both colour schemes."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from qa.collections.collections import Collections
from tests.collections.sites import MUSEUM_QUESTION, damage, index_folder, open_fake, two_folders, two_site
from tests.e2e.asking import ask, shown_quotes
from tests.e2e.pages import OpenPage, Serve, Served
from tests.e2e.test_page_quality import NEXT_FRAMES, RULES, SIZES

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(serving: Serve, tmp_path: Path) -> Served:
    """A site over two collections."""
    return serving(two_site(tmp_path))


def test_a_collection_is_chosen_with_the_keyboard_and_asked(desk: Served, open_page: OpenPage) -> None:
    page = open_page(desk.address)
    chooser = page.locator(".collections")
    chooser.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(chooser.get_by_role("link", name="old")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk.address}/?collection=old")
    expect(chooser.locator("summary")).to_have_text("Collection: old")
    turn = ask(page, MUSEUM_QUESTION)
    assert shown_quotes(turn)[0] == "The museum opened its northern wing in March after long repairs."
    assert "/articles/report?collection=old&" in (turn.locator(".marker").first.get_attribute("href") or "")
    turn.locator(".marker").first.click()
    expect(page.locator("mark").first).to_contain_text("The museum opened its northern wing")
    expect(chooser.locator("summary")).to_have_text("Collection: old")
    page.get_by_role("link", name="Back to the answer").click()
    expect(chooser.locator("summary")).to_have_text("Collection: old")


def test_the_pane_lists_and_searches_the_chosen_one(desk: Served, open_page: OpenPage) -> None:
    page = open_page(f"{desk.address}/?collection=old")
    listed = page.locator("#source-list li")
    expect(listed).to_have_count(2)
    page.locator("#source-search").fill("museum")
    expect(listed).to_have_count(1)
    expect(listed.first).to_contain_text("report")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_chooser(
    scheme: str, serving: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    settings = two_folders(tmp_path)
    damage(index_folder(tmp_path, "old"))
    desk = serving(two_site(tmp_path, Collections(settings, open_fake)))
    page = open_page(desk.address, color_scheme=scheme)
    page.locator(".collections summary").click()
    expect(page.locator(".collections").get_by_text("Its index is damaged.")).to_be_visible()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(NEXT_FRAMES)
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert [one["id"] for one in found.response["violations"]] == [], (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
