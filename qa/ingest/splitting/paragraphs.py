"""From labelled lines to paragraphs: joins wrapped lines, finds headings, splits long paragraphs between sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from qa.ingest.cleaning.blocks import TABLE
from qa.ingest.cleaning.boilerplate import LabelledLines
from qa.ingest.cleaning.headline import cut_heading_marks
from qa.ingest.cleaning.labels import BODY, REPEATED, Label
from qa.ingest.splitting.headings import find_glued_heading, find_headings
from qa.ingest.splitting.joined_sentences import join_corrections, join_lead
from qa.ingest.splitting.leads import find_leads, starts_turn
from qa.ingest.splitting.wrapping import join_block_lines, join_wrapped_lines
from qa.records import Boilerplate, Paragraph, ParagraphKind, Span
from qa.text.lines import Line, line_spans, trim
from qa.text.sentences import split_sentences
from qa.text.shown import leave_out

# The encoder reads every text of this length whole, so it is not asked.
SURELY_FITTING_CHARACTERS = 400
PARAGRAPH_CHARACTERS = 4_000
# A table of this length is quoted whole.
TABLE_CHARACTERS = 700

# A sentence can go on over these, and the next one can begin behind them; they are no part of its words.
_PAGE_OR_LINE_BREAK = re.compile(r"<br\s*/?>|\s*\f\s*", re.IGNORECASE)

Fits = Callable[[str], bool]


def split_paragraphs(
    text: str, labelled: LabelledLines, language: str, fits: Fits
) -> tuple[tuple[Paragraph, ...], tuple[Boilerplate, ...]]:
    """Return the content and the boilerplate of an article, both in reading order."""
    lines = labelled.lines
    groups = _group_lines(labelled)
    spans = [Span(lines[group[0]].start, lines[group[-1]].end) for group in groups]
    labels = [labelled.labels[group[0]] for group in groups]
    if not labelled.structure.blocks:
        labels = _label_headings(text, spans, labels)
    leads = _find_leads(text, spans, labels)
    for number, following in enumerate(labels[1:]):
        is_small_table = following == TABLE and spans[number + 1].end - spans[number + 1].start <= TABLE_CHARACTERS
        leads[number] = leads[number] or (is_small_table and _can_head_table(labels[number]))
    paragraphs: list[Paragraph] = []
    boilerplate = list(labelled.cuts)
    lead: Span | None = None
    for number, (span, label, group) in enumerate(zip(spans, labels, groups, strict=True)):
        if leads[number]:
            lead = span
        elif label.kind == "boilerplate":
            boilerplate.append(Boilerplate(span.start, span.end, label.reason))
        elif labelled.structure.blocks and not _shows_words(text, span, labelled.structure.markup):
            boilerplate.append(Boilerplate(span.start, span.end, "markup"))
        elif label.kind in ("heading", "metadata"):
            span = _trim_heading(text, span, lines[group[0]], label)
            paragraphs.append(Paragraph(span.start, span.end, label.kind, (span,)))
        else:
            paragraphs.extend(_build_paragraphs(text, span, label, lead, language, fits))
            lead = None
    return tuple(paragraphs), tuple(sorted(boilerplate, key=lambda piece: piece.start))


def _group_lines(labelled: LabelledLines) -> list[list[int]]:
    if not labelled.structure.blocks:
        groups = join_wrapped_lines(labelled.lines, [label == BODY for label in labelled.labels])
        return _join_tables(groups, labelled)
    blocks = [
        labelled.structure.block_at(line.start) if label.kind == "body" else None
        for line, label in zip(labelled.lines, labelled.labels, strict=True)
    ]
    turns = accumulate(starts_turn(line.text) for line in labelled.lines)
    return join_block_lines(
        [None if block is None else (block, turn) for block, turn in zip(blocks, turns, strict=True)]
    )


def _join_tables(groups: Sequence[list[int]], labelled: LabelledLines) -> list[list[int]]:
    """Return the groups with the rows of each table in one."""
    joined: list[list[int]] = []
    for group in groups:
        number = group[0]
        is_row = labelled.labels[number] == TABLE and not labelled.lines[number].after_blank
        if joined and is_row and labelled.labels[joined[-1][-1]] == TABLE:
            joined[-1].extend(group)
        else:
            joined.append(group)
    return joined


def _find_leads(text: str, spans: Sequence[Span], labels: Sequence[Label]) -> list[bool]:
    """Tell which paragraphs are quoted with the next one only: questions, times, speakers."""
    texts = [
        span.of(text) if label.kind in ("body", "heading") and label.reason != "headline" else None
        for span, label in zip(spans, labels, strict=True)
    ]
    return [lead is not None and labels[lead].kind == "body" for lead in find_leads(texts)]


def _shows_words(text: str, span: Span, markup: Sequence[Span]) -> bool:
    return any(map(str.isalnum, leave_out(text, span.start, span.end, markup)))


def _can_head_table(label: Label) -> bool:
    return label.kind == "heading" and label.reason != "headline"


def _label_headings(text: str, spans: Sequence[Span], labels: Sequence[Label]) -> list[Label]:
    """Return the labels with headings found. A heading stays content although many articles share the line."""
    order = [n for n, label in enumerate(labels) if label == REPEATED or (label.kind == "body" and label != TABLE)]
    candidates = [text[spans[n].start : min(spans[n].end, spans[n].start + SURELY_FITTING_CHARACTERS)] for n in order]
    labels_found = list(labels)
    for number, is_heading in zip(order, find_headings(candidates), strict=True):
        if is_heading:
            labels_found[number] = Label("heading")
    return labels_found


def _trim_heading(text: str, span: Span, line: Line, label: Label) -> Span:
    return Span(cut_heading_marks(text, line).start, span.end) if label.kind == "heading" else span


def _build_paragraphs(
    text: str, span: Span, label: Label, lead: Span | None, language: str, fits: Fits
) -> Iterator[Paragraph]:
    if label == BODY and lead is None:
        cut = find_glued_heading(text[span.start : span.start + SURELY_FITTING_CHARACTERS])
        if cut is not None:
            heading = Span(span.start, span.start + cut)
            yield Paragraph(heading.start, heading.end, "heading", (heading,))
            span = trim(text, heading.end, span.end)
    kind: ParagraphKind = "caption" if label.kind == "caption" else "body"
    for part in _group_sentences(text, _split(text, span, label, lead, language), fits):
        yield Paragraph(part[0].start, part[-1].end, kind, tuple(part))


def _split(text: str, span: Span, label: Label, lead: Span | None, language: str) -> Sequence[Span]:
    """Return what can be quoted alone: sentences, a whole small table, or the rows of a large one."""
    if label == TABLE:
        if span.end - span.start <= TABLE_CHARACTERS:
            return (span if lead is None else Span(lead.start, span.end),)
        rows = [Span(span.start + row.start, span.start + row.end) for row in line_spans(span.of(text))]
        trimmed = [trim(text, row.start, row.end) for row in rows]
        return [row for row in trimmed if row.start < row.end]
    piece = _PAGE_OR_LINE_BREAK.sub(lambda one: " " * len(one[0]), span.of(text))
    within = split_sentences(piece, 0, len(piece), language)
    found = join_corrections(text, [Span(span.start + one.start, span.start + one.end) for one in within])
    return found if lead is None else join_lead(lead, found)


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
