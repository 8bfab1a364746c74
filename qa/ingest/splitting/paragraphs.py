"""From labelled lines to paragraphs: joins wrapped lines, finds headings, splits long paragraphs between sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qa.ingest.cleaning.boilerplate import BODY, REPEATED, Label, LabelledLines
from qa.ingest.cleaning.headline import cut_heading_marks
from qa.ingest.splitting.headings import find_glued_heading, find_headings
from qa.ingest.splitting.wrapping import join_wrapped_lines
from qa.records import Boilerplate, Paragraph, ParagraphKind, Span
from qa.text.lines import Line, trim
from qa.text.sentences import split_sentences

# The encoder reads every text of this length whole, so it is not asked.
SURELY_FITTING_CHARACTERS = 400
PARAGRAPH_CHARACTERS = 4_000

Fits = Callable[[str], bool]


def split_paragraphs(
    text: str, labelled: LabelledLines, language: str, fits: Fits
) -> tuple[tuple[Paragraph, ...], tuple[Boilerplate, ...]]:
    """Return the content and the boilerplate of an article, both in reading order."""
    lines, labels = labelled.lines, labelled.labels
    groups = join_wrapped_lines(lines, [label == BODY for label in labels])
    spans = [Span(lines[group[0]].start, lines[group[-1]].end) for group in groups]
    labels_found = _label_headings(text, spans, [labels[group[0]] for group in groups])
    paragraphs: list[Paragraph] = []
    boilerplate = list(labelled.cuts)
    for span, label, group in zip(spans, labels_found, groups, strict=True):
        if label.kind == "boilerplate":
            boilerplate.append(Boilerplate(span.start, span.end, label.reason))
        else:
            paragraphs.extend(
                _build_paragraphs(text, _trim_heading(text, span, lines[group[0]], label), label.kind, language, fits)
            )
    return tuple(paragraphs), tuple(sorted(boilerplate, key=lambda piece: piece.start))


def _label_headings(text: str, spans: Sequence[Span], labels: Sequence[Label]) -> list[Label]:
    """Return the labels with headings found. A heading stays content although many articles share the line."""
    order = [number for number, label in enumerate(labels) if label.kind == "body" or label == REPEATED]
    candidates = [text[spans[n].start : min(spans[n].end, spans[n].start + SURELY_FITTING_CHARACTERS)] for n in order]
    labels_found = list(labels)
    for number, is_heading in zip(order, find_headings(candidates), strict=True):
        if is_heading:
            labels_found[number] = Label("heading")
    return labels_found


def _trim_heading(text: str, span: Span, line: Line, label: Label) -> Span:
    return Span(cut_heading_marks(text, line).start, span.end) if label.kind == "heading" else span


def _build_paragraphs(text: str, span: Span, kind: ParagraphKind, language: str, fits: Fits) -> Iterator[Paragraph]:
    if kind in ("heading", "metadata"):
        yield Paragraph(span.start, span.end, kind, (span,))
        return
    cut = find_glued_heading(text[span.start : span.start + SURELY_FITTING_CHARACTERS]) if kind == "body" else None
    if cut is not None:
        heading = Span(span.start, span.start + cut)
        yield Paragraph(heading.start, heading.end, "heading", (heading,))
        span = trim(text, heading.end, span.end)
    for part in _group_sentences(text, split_sentences(text, span.start, span.end, language), fits):
        yield Paragraph(part[0].start, part[-1].end, kind, tuple(part))


def _group_sentences(text: str, whole: Sequence[Span], fits: Fits) -> Iterator[list[Span]]:
    """Yield the longest runs of sentences that the encoder reads; a sentence that is too long is cut into pieces."""
    part: list[Span] = []
    for sentence in whole:
        if part and not _fits(text, part[0].start, sentence.end, fits):
            yield part
            part = []
        pieces = (
            [sentence]
            if part or _fits(text, sentence.start, sentence.end, fits)
            else _cut_sentence(text, sentence, fits)
        )
        yield from ([piece] for piece in pieces[:-1])
        part.append(pieces[-1])
    if part:
        yield part


def _fits(text: str, start: int, end: int, fits: Fits) -> bool:
    if end - start <= SURELY_FITTING_CHARACTERS:
        return True
    return end - start <= PARAGRAPH_CHARACTERS and fits(text[start:end])


def _cut_sentence(text: str, sentence: Span, fits: Fits) -> list[Span]:
    """Cut an endless sentence between words, or inside a word that is too long itself."""
    pieces, start = [], sentence.start
    while not _fits(text, start, sentence.end, fits):
        end = _find_longest_end(text, start, min(sentence.end, start + PARAGRAPH_CHARACTERS), fits)
        space = max(text.rfind(" ", start + 1, end + 1), text.rfind("\n", start + 1, end + 1))
        piece = trim(text, start, space if space > start + (end - start) // 2 else end)
        pieces.append(piece)
        start = trim(text, piece.end, sentence.end).start
    return [*pieces, Span(start, sentence.end)]


def _find_longest_end(text: str, start: int, end: int, fits: Fits) -> int:
    low, high = start + 1, end
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _fits(text, start, middle, fits) else (low, middle - 1)
    return low
