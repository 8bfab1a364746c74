"""What a reader of a page sees: hidden parts go, and raised numbers keep apart from the numbers before them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# A part with a larger share of the page's text is hidden only until a script shows it.
HIDDEN_SHARE = 0.5

_UNSEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_RAISED = str.maketrans("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ")
_EXPONENT = re.compile(r"[+−-]?(?:\d{1,3}|n)")


def show_as_seen(page: HtmlElement) -> None:
    """Change a page in place: hidden parts are left out, marks of notes get brackets, and exponents are raised."""
    _drop_hidden(page)
    for raised in page.iter("sup"):
        text = raised.text_content().strip()
        links = raised.find(".//a") is not None or any(one.tag == "a" for one in raised.iterancestors())
        if links and text.isalnum():
            _replace(raised, f"[{text}]")
        elif not links and _EXPONENT.fullmatch(text):
            _replace(raised, text.translate(_RAISED))


def _drop_hidden(page: HtmlElement) -> None:
    whole = len(page.text_content())
    for element in page.xpath(".//*[@hidden or @style]"):
        is_hidden = element.get("hidden", "until-found") != "until-found" or _UNSEEN.search(element.get("style", ""))
        if is_hidden and element.getparent() is not None and len(element.text_content()) < HIDDEN_SHARE * whole:
            element.drop_tree()


def _replace(element: HtmlElement, text: str) -> None:
    for child in list(element):
        element.remove(child)
    element.text = text
