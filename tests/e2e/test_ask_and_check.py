from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from web_fakes import fake_site

pytestmark = pytest.mark.browser


def test_a_question_is_answered_and_its_citation_leads_to_the_marked_quote(
    browser: Browser, serving, tmp_path: Path
) -> None:
    page = browser.new_page()
    page.goto(serving(fake_site(tmp_path)).address)
    page.get_by_label("Your question").fill("How many criminal cases against deserters?")
    page.get_by_label("Your question").press("Enter")
    quote = "In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters."
    expect(page.locator(".quotation").first).to_contain_text(quote)
    page.locator(".quotation .marker").first.click()
    expect(page.locator("mark")).to_have_text(quote)
    expect(page.locator("mark")).to_be_in_viewport()
    page.close()
