"""The quotations of a draft, looked up in all articles: the same words, nearly the same words, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.check.drafts.records import Claim, ClaimSource
from qa.check.drafts.sources import WORD, Library, differences
from qa.citations.locate import locate
from qa.records import Span
from qa.text.fold import fold

# Articles that are shown for one quotation.
SOURCES = 3
# The nearest articles, in which nearly the same words are looked for, and how much of a quotation is compared.
NEAREST_ARTICLES = 2
COMPARED_CHARACTERS = 500

# What a writer leaves out of a quotation or puts into it: [...], …, [the minister].
_OMISSION = re.compile(r"\[[^\]\n]{0,80}\]|\(\s*(?:…|\.{3})\s*\)|…|\.{3,}")
_ENDS = " \t\r\n.,;:!?…\"'"


@dataclass(frozen=True, slots=True)
class _Sought:
    """A quotation as it is looked up: its parts between omissions, each as folded words, and the longest word."""

    parts: tuple[re.Pattern[str], ...]
    plain: tuple[str, ...]
    rarest: str


def check_quotations(draft: str, spans: Sequence[Span], library: Library) -> list[Claim]:
    """Return each quotation with its status and sources, in their order."""
    sought = [_sought(span.of(draft)) for span in spans]
    found = _find_all(sought, library)
    return [
        _claim(draft, span, sources) if sources else _nearly(draft, span, library)
        for span, sources in zip(spans, found, strict=True)
    ]


def _sought(quotation: str) -> _Sought:
    folded = [fold(part).strip(_ENDS) for part in _OMISSION.split(quotation)]
    parts = [" ".join(part.split()) for part in folded if WORD.search(part)]
    words = sorted({word for part in parts for word in WORD.findall(part)}, key=lambda word: (-len(word), word))
    patterns = tuple(re.compile(r"\s+".join(map(re.escape, part.split(" ")))) for part in parts)
    return _Sought(patterns, tuple(parts), words[0] if words else "")


def _find_all(sought: Sequence[_Sought], library: Library) -> list[list[ClaimSource]]:
    """Look every quotation up in every article, reading each article once."""
    found: list[list[ClaimSource]] = [[] for _ in sought]
    for article_id, text in library.texts() if sought else ():
        folded = " ".join(fold(text).split())
        words = set(WORD.findall(folded))
        for one, sources in zip(sought, found, strict=True):
            if len(sources) < SOURCES and one.rarest in words and all(part in folded for part in one.plain):
                place = _place(one, article_id, library)
                if place is not None:
                    sources.append(library.source(article_id, text, place.start, place.end))
    return found


def _place(sought: _Sought, article_id: str, library: Library) -> Span | None:
    """Return the range from the first part to the last where the article has all parts in order, else None."""
    folded = library.folded(article_id)
    ranges, at = [], 0
    for part in sought.parts:
        match = part.search(folded.text, at)
        if match is None:
            return None
        ranges.append(folded.original(*match.span()))
        at = match.end()
    return Span(ranges[0].start, ranges[-1].end) if ranges else None


def _claim(draft: str, span: Span, sources: Sequence[ClaimSource]) -> Claim:
    return Claim("quotation", span.of(draft), span.start, span.end, "exact", tuple(sources))


def _nearly(draft: str, span: Span, library: Library) -> Claim:
    """Return the quotation with the nearest words of an article, at least 0.7 of whose characters are the same."""
    quotation = span.of(draft)
    compared = quotation[:COMPARED_CHARACTERS].strip(_ENDS)
    for article_id in library.nearest(compared, NEAREST_ARTICLES):
        text = library.text(article_id)
        place = locate(text, compared, "", "", 0, 0)
        if place.status != "gone":
            source = library.source(article_id, text, place.start, place.end)
            changed = differences(compared, source.quote.strip(_ENDS))
            return Claim("quotation", quotation, span.start, span.end, "differs", (source,), changed)
    return Claim("quotation", quotation, span.start, span.end, "absent")
