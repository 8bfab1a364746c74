"""An article laid out for reading: its text cut into blocks, boilerplate told apart, ranges marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from qa.errors import ArticleNotFound
from qa.records import Article, Span
from qa.text.counts import counted


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``mark`` numbers the marked range it belongs to from 1, 0 is unmarked."""

    text: str
    mark: int = 0
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, caption or range of boilerplate; ``kind`` is "plain" for text that is neither."""

    kind: str
    reason: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Neighbouring blocks that are all content, or all boilerplate with its reasons in order."""

    boilerplate: bool
    reasons: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class _Range:
    start: int
    end: int
    kind: str
    reason: str


def lay_out(article: Article, marks: Sequence[Span]) -> tuple[Section, ...]:
    """Return the whole article as sections; the texts of all pieces end to end are ``article.text``.

    Marks are numbered in the order given and may not overlap.
    """
    ranges = _cover(article)
    blocks = [Block(one.kind, one.reason, tuple(_pieces(article.text, one, marks))) for one in ranges]
    return tuple(_section(is_boilerplate, tuple(group)) for is_boilerplate, group in groupby(blocks, _is_boilerplate))


def headline(article: Article, sections: Sequence[Section]) -> Block | None:
    """Return the heading that is the article's title, where the text holds it."""
    headings = (block for section in sections for block in section.blocks if block.kind == "heading")
    return next((one for one in headings if "".join(piece.text for piece in one.pieces).strip() == article.title), None)


def check_range(article: Article, start: int, end: int) -> Span:
    """Return the range; raises ArticleNotFound when the text has no such range."""
    if not 0 <= start < end <= len(article.text):
        raise ArticleNotFound(
            f"{article.title or article.id} has {counted(len(article.text), 'character')}: "
            f"it has no range {start} to {end}."
        )
    return Span(start, end)


def _is_boilerplate(block: Block) -> bool:
    return block.kind == "boilerplate"


def _section(boilerplate: bool, blocks: tuple[Block, ...]) -> Section:
    reasons = tuple(dict.fromkeys(block.reason for block in blocks if block.reason))
    return Section(boilerplate, reasons, blocks)


def _cover(article: Article) -> list[_Range]:
    """Return ranges that cover the text without gap: white space goes with what stands before it."""
    known = [_Range(one.start, one.end, one.kind, "") for one in article.paragraphs]
    known += [_Range(one.start, one.end, "boilerplate", one.reason) for one in article.boilerplate]
    ranges: list[_Range] = []
    at = 0
    for one in [*sorted(known, key=lambda each: each.start), _Range(len(article.text), len(article.text), "", "")]:
        if one.start > at:
            _fill_gap(article.text, ranges, at, one.start)
        if one.end > one.start:
            ranges.append(one)
        at = max(at, one.end)
    return ranges


def _fill_gap(text: str, ranges: list[_Range], start: int, end: int) -> None:
    if not ranges or text[start:end].strip():
        ranges.append(_Range(start, end, "plain", ""))
        return
    last = ranges.pop()
    ranges.append(_Range(last.start, end, last.kind, last.reason))


def _pieces(text: str, block: _Range, marks: Sequence[Span]) -> Iterator[Piece]:
    at = block.start
    for number, mark in sorted(enumerate(marks, start=1), key=lambda each: each[1].start):
        start, end = max(mark.start, at), min(mark.end, block.end)
        if start >= end:
            continue
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start:end], number, opens=start == mark.start)
        at = end
    if at < block.end:
        yield Piece(text[at : block.end])
