"""Times and other words in elements of their own, which the extractor drops: they become text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# A page with this many clock times in elements of their own is a live blog.
FEWEST_TIMES = 2

_CLOCK = re.compile(r"\d{1,2}[:.h]\d\d(?: ?[ap]\.?m\.?)?(?: ?(?:Uhr|h|[A-Z]{2,4}))?")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_TEXTS = ("b", "dd", "em", "i", "p", "span", "strong", "td", "th", *_HEADINGS)
_BLOCKS = ("article", "div", "header", "li", "section")
# Elements that stand inside a sentence and that the extractor drops with their words.
_DROPPED = ("time", "output", "label", "math", "blink")


def keep_words(page: HtmlElement) -> None:
    """Change a page in place: what stands inside a sentence becomes plain text, and so do the times of a live blog."""
    for element in [one for one in page.iter(*_DROPPED) if one.getparent().tag in _TEXTS]:
        element.drop_tag()
    times = [
        one
        for one in page.iter("time")
        if _CLOCK.fullmatch(one.text_content().strip()) and one.getparent().tag in _BLOCKS
    ]
    for time in times if len(times) >= FEWEST_TIMES else ():
        _keep_time(time, times)


def _keep_time(time: HtmlElement, times: list[HtmlElement]) -> None:
    """Let a time open the heading of its entry, or make it a paragraph where the entry has none.

    The class of the entry goes, because the extractor takes an entry named so for the whole article.
    """
    clock, heading = time.text_content().strip(), time.getnext()
    for entry in time.iterancestors(*_BLOCKS):
        if sum(one in times for one in entry.iter("time")) == 1:
            entry.attrib.pop("class", None)
    if heading is not None and heading.tag in _HEADINGS and not (time.tail or "").strip():
        heading.text = f"{clock} {heading.text or ''}"
        time.drop_tree()
    else:
        time.tag, time.text = "p", clock
        time.attrib.clear()
