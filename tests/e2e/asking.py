"""What a person does on the page, for the tests."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

CASES = "How many criminal cases against deserters?"
CASES_QUOTE = "In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters."
HOTLINE = "Which hotline helps soldiers?"
PASTA = "Best pasta recipe?"


def ask(page: Page, question: str) -> Locator:
    """Ask with the keyboard and return the turn once it is settled."""
    before = page.locator("#log .turn").count()
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    turn = page.locator("#log .turn").nth(before)
    expect(turn).not_to_have_attribute("aria-busy", "true")
    return turn


def shown_quotes(turn: Locator) -> list[str]:
    """Return the quotations of a turn in their order."""
    return turn.locator(".quotation q").all_text_contents()
