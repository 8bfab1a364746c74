"""Verdicts on answers: given with the keyboard, by touch and without JavaScript."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.asking import CASES, CASES_QUOTE, PASTA, ask
from tests.e2e.pages import OpenPage, Served

pytestmark = pytest.mark.browser


def judged(page: Page, site: Served) -> list[tuple[str, bool, list[str]]]:
    lines = page.request.get(f"{site.address}/v1/feedback").text().splitlines()
    read = [json.loads(line) for line in lines]
    return [(one["question"], one["answerable"], [e["quote"] for e in one["evidence"]]) for one in read]


def test_an_answer_is_called_right_with_the_keyboard(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    turn = ask(page, CASES)
    turn.get_by_text("Right or wrong?").press("Enter")
    turn.get_by_label("Yes, it is right").press("Space")
    expect(turn.get_by_label("What should have been quoted")).to_be_hidden()
    turn.get_by_role("button", name="Send").press("Enter")
    expect(turn.get_by_text("Called right")).to_be_focused()
    expect(page.locator("#status")).to_have_text("Called right. Thank you.")
    assert judged(page, site) == [(CASES, True, [CASES_QUOTE])]
    page.reload()
    expect(page.get_by_text("Called right")).to_be_visible()


def test_the_right_passage_is_chosen_or_pasted(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address, 360, 640, has_touch=True)
    turn = ask(page, PASTA)
    turn.get_by_text("Right or wrong?").tap()
    turn.get_by_label("No, the articles do say it").tap()
    turn.get_by_label("Or its text").fill("Bread and wine for all.")
    turn.get_by_role("button", name="Send").tap()
    expect(turn.get_by_role("alert")).to_have_text("No article has this passage. Copy it from the article.")
    turn.get_by_label("Or its text").fill("")
    turn.get_by_label("What should have been quoted").select_option(index=1)
    turn.get_by_role("button", name="Send").tap()
    expect(turn.get_by_text("Called wrong")).to_be_visible()
    turn.get_by_text("Nearest passages (no answer)").tap()
    assert judged(page, site) == [(PASTA, True, [turn.locator(".passage p").first.inner_text()])]


def test_an_answer_is_judged_without_javascript(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address, java_script_enabled=False)
    page.get_by_label("Your question").fill(CASES)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("Right or wrong?").click()
    page.get_by_label("No, the articles do not say it").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Called wrong")).to_be_visible()
    assert judged(page, site) == [(CASES, False, [])]
