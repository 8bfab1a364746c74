"""What a range of a text shows: the same characters without its markup."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from qa.records import Span

_SEPARATOR = re.compile(r"\||</?(?:br|p|div|li|td|th|tr|hr|h[1-6])\b", re.IGNORECASE)


def clip_spans(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    """Return the parts of ordered, separate spans that lie between start and end.

    >>> clip_spans([Span(0, 2), Span(4, 8)], 1, 5)
    (Span(start=1, end=2), Span(start=4, end=5))
    """
    first = bisect_left(spans, start, key=lambda span: span.end)
    clipped = []
    for span in spans[first:]:
        if span.start >= end:
            break
        if span.end > start:
            clipped.append(Span(max(span.start, start), min(span.end, end)))
    return tuple(clipped)


def leave_out(text: str, start: int, end: int, spans: Sequence[Span], offset: int = 0) -> str:
    """Return the characters from start to end that lie in none of the spans; text begins at offset.

    Where the markup alone kept two words apart (a line break in HTML, the border of a table's cell), a space does.

    >>> leave_out("a **b**", 0, 7, [Span(2, 4), Span(5, 7)])
    'a b'
    >>> leave_out("12<br>14", 0, 8, [Span(2, 6)])
    '12 14'
    """
    parts, at = [], start
    for span in clip_spans(spans, start, end):
        parts.append(text[at - offset : span.start - offset])
        at = span.end
        beside = (text[span.start - 1 - offset], text[at - offset]) if start < span.start and at < end else " "
        if not any(map(str.isspace, beside)) and _SEPARATOR.search(text, span.start - offset, at - offset):
            parts.append(" ")
    return "".join([*parts, text[at - offset : end - offset]])
