"""What a range of a text shows: the same characters without its markup."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from qa.records import Span


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

    >>> leave_out("a **b**", 0, 7, [Span(2, 4), Span(5, 7)])
    'a b'
    """
    parts, at = [], start
    for span in clip_spans(spans, start, end):
        parts.append(text[at - offset : span.start - offset])
        at = span.end
    return "".join([*parts, text[at - offset : end - offset]])
