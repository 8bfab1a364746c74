"""The main journey with the real model, index and server: ask, read, follow the citation, find the quote marked."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from qa.settings import Settings
from tests.e2e.asking import ask, shown_quotes
from tests.e2e.pages import OpenPage, Serve
from web import create_app

pytestmark = pytest.mark.browser


def test_a_question_is_answered_and_its_citation_leads_to_the_marked_quote(
    open_page: OpenPage, serving: Serve, seeds_index: Path, tmp_path: Path
) -> None:
    app = create_app(settings=Settings(index=seeds_index, data=tmp_path / "data"))
    address = serving(app).address
    page = open_page(address)
    turn = ask(page, "How many criminal cases were opened against deserters in the first half of 2023?")
    quote = shown_quotes(turn)[0]
    assert "2,076" in quote
    turn.locator(".marker").first.click()
    expect(page.locator("mark#mark")).to_have_text(quote)
    expect(page.locator("mark#mark")).to_be_in_viewport()
    page.get_by_role("link", name="Back to the answer").click()
    assert shown_quotes(page.locator("#turn-1"))[0] == quote
    page.goto(address)
    refused = ask(page, "best pasta recipe")
    expect(refused.locator(".refusal .words")).to_contain_text("The articles do not answer this.")


def test_every_suggested_question_is_answered(
    open_page: OpenPage, serving: Serve, seeds_index: Path, tmp_path: Path
) -> None:
    address = serving(create_app(settings=Settings(index=seeds_index, data=tmp_path / "data"))).address
    page = open_page(address)
    expect(page.locator(".suggestions button")).to_have_count(4)
    suggestions = page.locator(".suggestions button").all_text_contents()
    assert {suggestion.split(" ")[0] for suggestion in suggestions} == {"Who", "How", "What"}
    for suggestion in suggestions:
        page.goto(address)
        expect(ask(page, suggestion).locator(".quotation")).not_to_have_count(0)
