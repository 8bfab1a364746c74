"""Lines that point to another article: "Read more: What happened next"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.ingest.cleaning.phrases import compile_phrases
from qa.text.lines import Line

LINK_WORDS = 25
# A title that an ambiguous pointer points to has at least this many words.
TITLE_WORDS = 4

_CERTAIN = compile_phrases(
    r"""
    <pointer> ?(?:[:|]|>+|») ?(?P<title>\S.{2,})
    click here (?:to|for) (?:read|see|watch|more|view|full|the full|sign|subscribe|listen).{0,80}
    """,
    pointer=(
        r"(?:read (?:more|also|next|this)|also read|you may also like|must read"
        r"|related (?:story|article|stories|articles|links?|content|coverage)|recommended reading"
        r"|more (?:on|from|about) [^:|]{1,40}|watch (?:more|now|live)|in pictures|go deeper|subscribers? only"
        r"|for subscribers|lesen sie (?:auch|hier|mehr)|mehr (?:dazu|zum thema)|lire aussi|leer tambien|lea tambien"
        r"|leggi anche|leia (?:tambem|mais)|lees ook)"
    ),
)
# Labels that lists of the article use too: the first kind needs a title of some length, the second other proof as well.
_LABEL = re.compile(r"(?P<mark>\W*)(?P<label>[^\W\d_][^:|»>]{0,29}?) ?(?P<colon>[:|»]|>+)(?P<gap>\s?)(?P<title>\S.*)")
_USUAL = frozenset(("more", "related", "recommended", "see also", "don't miss", "don’t miss", "do not miss"))
_AMBIGUOUS = frozenset(("read", "watch", "listen", "opinion", "analysis", "video", "gallery", "photos"))


def find_links(lines: Sequence[Line], free: Sequence[bool]) -> list[int]:
    """Return the free lines that point to another article."""
    return [number for number, line in enumerate(lines) if number and free[number] and _is_link(lines, number)]


def _is_link(lines: Sequence[Line], number: int) -> bool:
    line = lines[number]
    folded = line.folded.strip("*_[]►▶▸◆■•( ")
    if line.rough_words > LINK_WORDS or folded.endswith("."):
        return False
    if _CERTAIN.fullmatch(folded):
        return True
    pointer = _LABEL.fullmatch(line.text)
    if pointer is None or _is_among_labels(lines, number):
        return False
    label, title = pointer["label"].lower(), pointer["title"]
    if len(title.split()) < TITLE_WORDS or title[0].islower():
        return False
    return label in _USUAL or (label in _AMBIGUOUS and (pointer["label"].isupper() or not pointer["gap"]))


def _is_among_labels(lines: Sequence[Line], number: int) -> bool:
    """Tell whether a neighbour has a label too that no link has: then both are items of a list."""
    neighbours = [lines[other] for other in (number - 1, number + 1) if 0 < other < len(lines)]
    labels = [match["label"].lower() for line in neighbours if (match := _LABEL.fullmatch(line.text))]
    return any(label not in _USUAL | _AMBIGUOUS for label in labels)
