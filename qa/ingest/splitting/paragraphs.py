"""Labelled lines to paragraphs: wrapped lines joined, headings found, what is too long split at sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qa.ingest.cleaning.boilerplate import BODY, STANDING, Label, LabelledLines
from qa.ingest.cleaning.headline import without_marks
from qa.ingest.splitting.headings import glued_heading_end, headings_among
from qa.ingest.splitting.wrapping import joined_lines
from qa.records import Boilerplate, Paragraph, ParagraphKind, Span
from qa.text.lines import Line, trimmed
from qa.text.sentences import sentences

SURE_LENGTH = 400
PARAGRAPH_LIMIT = 4_000

Fits = Callable[[str], bool]


def paragraphs_of(
    text: str, labelled: LabelledLines, fits: Fits
) -> tuple[tuple[Paragraph, ...], tuple[Boilerplate, ...]]:
    """Return the content and the boilerplate of an article, both in reading order."""
    lines, labels = labelled.lines, labelled.labels
    groups = joined_lines(lines, [label == BODY for label in labels])
    spans = [Span(lines[group[0]].start, lines[group[-1]].end) for group in groups]
    settled = _settle_headings(text, spans, [labels[group[0]] for group in groups])
    paragraphs: list[Paragraph] = []
    boilerplate = list(labelled.cuts)
    for span, label, group in zip(spans, settled, groups, strict=True):
        if label.kind == "boilerplate":
            boilerplate.append(Boilerplate(span.start, span.end, label.reason))
        else:
            paragraphs.extend(_paragraphs(text, _content(text, span, lines[group[0]], label), label.kind, fits))
    return tuple(paragraphs), tuple(sorted(boilerplate, key=lambda piece: piece.start))


def _settle_headings(text: str, spans: Sequence[Span], labels: Sequence[Label]) -> list[Label]:
    """Turn body above a text into headings; a line of many articles that is a heading here stays content."""
    order = [number for number, label in enumerate(labels) if label.kind == "body" or label == STANDING]
    candidates = [text[spans[n].start : min(spans[n].end, spans[n].start + SURE_LENGTH)] for n in order]
    settled = list(labels)
    for number, is_heading in zip(order, headings_among(candidates), strict=True):
        if is_heading:
            settled[number] = Label("heading")
    return settled


def _content(text: str, span: Span, line: Line, label: Label) -> Span:
    return Span(without_marks(text, line).start, span.end) if label.kind == "heading" else span


def _paragraphs(text: str, span: Span, kind: ParagraphKind, fits: Fits) -> Iterator[Paragraph]:
    if kind in ("heading", "metadata"):
        yield Paragraph(span.start, span.end, kind, (span,))
        return
    cut = glued_heading_end(text[span.start : span.start + SURE_LENGTH]) if kind == "body" else None
    if cut is not None:
        heading = Span(span.start, span.start + cut)
        yield Paragraph(heading.start, heading.end, "heading", (heading,))
        span = trimmed(text, heading.end, span.end)
    for part in _parts(text, sentences(text, span.start, span.end), fits):
        yield Paragraph(part[0].start, part[-1].end, kind, tuple(part))


def _parts(text: str, whole: Sequence[Span], fits: Fits) -> Iterator[list[Span]]:
    """Group sentences into the longest runs that the encoder reads; one that is too long alone is cut into words."""
    part: list[Span] = []
    for sentence in whole:
        if part and not _fits(text, part[0].start, sentence.end, fits):
            yield part
            part = []
        pieces = [sentence] if part or _fits(text, sentence.start, sentence.end, fits) else _cut(text, sentence, fits)
        yield from ([piece] for piece in pieces[:-1])
        part.append(pieces[-1])
    if part:
        yield part


def _fits(text: str, start: int, end: int, fits: Fits) -> bool:
    if end - start <= SURE_LENGTH:
        return True
    return end - start <= PARAGRAPH_LIMIT and fits(text[start:end])


def _cut(text: str, sentence: Span, fits: Fits) -> list[Span]:
    """Cut an endless sentence between words where it can be, anywhere else where it has to be."""
    pieces, start = [], sentence.start
    while not _fits(text, start, sentence.end, fits):
        end = _longest_fitting(text, start, min(sentence.end, start + PARAGRAPH_LIMIT), fits)
        space = max(text.rfind(" ", start + 1, end + 1), text.rfind("\n", start + 1, end + 1))
        piece = trimmed(text, start, space if space > start + (end - start) // 2 else end)
        pieces.append(piece)
        start = trimmed(text, piece.end, sentence.end).start
    return [*pieces, Span(start, sentence.end)]


def _longest_fitting(text: str, start: int, end: int, fits: Fits) -> int:
    low, high = start + 1, end
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _fits(text, start, middle, fits) else (low, middle - 1)
    return low
