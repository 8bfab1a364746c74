"""Quotations that are kept while a conversation goes on: on the page, by keyboard and without JavaScript."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.asking import CASES, CASES_QUOTE, HOTLINE, ask
from tests.e2e.pages import OpenPage, Served

pytestmark = pytest.mark.browser

HOTLINE_QUOTE = "A hotline called Go by the Forest helps soldiers who refuse to fight."


def kept(page: Page) -> list[str]:
    return page.locator("#kept q").all_text_contents()


def test_quotations_are_kept_with_the_keyboard_over_a_conversation(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address, permissions=["clipboard-read", "clipboard-write"])
    ask(page, CASES).get_by_role("button", name="Keep quotation 1").press("Enter")
    expect(page.locator("#kept q")).to_have_text([CASES_QUOTE])
    expect(page.locator("#status")).to_have_text("Kept. The list of sources has it.")
    ask(page, HOTLINE).get_by_role("button", name="Keep quotation 1").press("Enter")
    expect(page.locator("#kept q")).to_have_text([CASES_QUOTE, HOTLINE_QUOTE])
    page.reload()
    expect(page.get_by_role("button", name="Kept quotation 1")).to_have_count(2)
    page.get_by_role("button", name="Copy all").press("Enter")
    expect(page.locator("#kept").get_by_role("button", name="Copied")).to_be_visible()
    read = "async () => (await (await navigator.clipboard.read())[0].getType('text/plain')).text()"
    source = "— Soldiers refuse to fight, 2023-08-14 (deserters.txt, paragraph"
    assert page.evaluate(read) == f"“{CASES_QUOTE}”\n{source} 2)\n\n“{HOTLINE_QUOTE}”\n{source} 3)"
    page.get_by_role("button", name=f"Keep no longer: {CASES_QUOTE[:20]}").press("Enter")
    expect(page.locator("#kept q")).to_have_text([HOTLINE_QUOTE])
    expect(page.locator("#turn-1").get_by_role("button", name="Keep quotation 1")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('#kept') !== null")


def test_kept_quotations_are_exported_together(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    ask(page, CASES).get_by_role("button", name="Keep quotation 1").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export the kept quotations as HTML").click()
    assert "<strong>2,076</strong> criminal cases" in Path(download.value.path()).read_text()


def test_on_a_phone_the_drawer_lists_them(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address, 360, 640, has_touch=True)
    ask(page, CASES).get_by_role("button", name="Keep quotation 1").tap()
    expect(page.get_by_role("button", name="Kept quotation 1")).to_be_visible()
    expect(page.locator("#kept q")).to_be_hidden()
    page.get_by_role("button", name="Sources", exact=True).tap()
    expect(page.locator("#kept q")).to_have_text(CASES_QUOTE)
    small = page.locator("#kept button, #kept a").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).filter(box => box.width < 24 || box.height < 24).length"
    )
    assert small == 0


def test_they_are_kept_without_javascript(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address, java_script_enabled=False)
    page.get_by_label("Your question").fill(CASES)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("button", name="Keep quotation 1").click()
    expect(page.locator("#kept q")).to_have_text(CASES_QUOTE)
    page.get_by_role("button", name="Kept quotation 1").click()
    expect(page.locator("#kept q")).to_have_count(0)


def test_a_server_that_is_gone_keeps_nothing_and_says_so(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    turn = ask(page, CASES)
    site.stop()
    turn.get_by_role("button", name="Keep quotation 1").click()
    expect(page.get_by_role("alert")).to_have_text("The server does not answer. Nothing was changed.")
    assert kept(page) == []
