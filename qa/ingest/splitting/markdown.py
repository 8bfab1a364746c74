"""The blocks of a Markdown text and its markup, as ranges of the unchanged text; parsed by markdown-it-py."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qa.ingest.splitting.inline_markup import find_markup
from qa.records import Span
from qa.text.lines import line_spans

# Longer texts are read as plain text: parsing takes too long.
MARKDOWN_CHARACTERS = 1_000_000

_DEFINITION = re.compile(r" {0,3}\[[^\]]{1,200}\]:\s*\S")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>|<!--(?:[^<]|<(?!!--)){0,5000}?-->")

# HTML that no reader of a page sees.
_UNSEEN = re.compile(
    r"<(?:script|style|template)\b|<\w+\b[^<>]*?\s(?:hidden(?=[\s=>])"
    r"|style\s*=\s*[\"'][^\"'<>]*(?:display\s*:\s*none|visibility\s*:\s*hidden))",
    re.IGNORECASE,
)

BlockKind = Literal["heading", "paragraph", "table", "code", "html", "comment", "rule", "definition"]


@dataclass(frozen=True, slots=True)
class Block:
    """A block of Markdown: its kind and the characters of its lines."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Structure:
    """The blocks of a text in reading order, and the ranges that are not shown, in order and apart."""

    blocks: tuple[Block, ...]
    markup: tuple[Span, ...]

    def block_at(self, position: int) -> int | None:
        """Return the number of the block that holds a position, or None."""
        number = bisect_right(self.blocks, position, key=lambda block: block.start) - 1
        return number if number >= 0 and position < self.blocks[number].end else None


EMPTY = Structure((), ())


def read_markdown(text: str, start: int) -> Structure:
    """Return the structure of a Markdown text; start is where it begins, after any front matter.

    >>> structure = read_markdown("A **bold** word", 0)
    >>> structure.blocks[0].kind, structure.markup
    ('paragraph', (Span(start=2, end=4), Span(start=8, end=10)))
    """
    if len(text) > MARKDOWN_CHARACTERS:
        return EMPTY
    spans = line_spans(text)
    lines = ["" if span.start < start else span.of(text).replace("\0", " ") for span in spans]
    tokens = _parser().parse("\n".join(lines))
    blocks = sorted(_find_blocks(tokens, spans, lines), key=lambda block: block.start)
    markup = sorted(_find_all_markup(tokens, spans, lines), key=lambda span: span.start)
    return Structure(tuple(blocks), tuple(_merge(markup)))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("text_join")


def _find_blocks(tokens: Sequence[Token], spans: Sequence[Span], lines: Sequence[str]) -> Iterator[Block]:
    taken: set[int] = set()
    table_end = 0
    for token in tokens:
        kind = _find_kind(token)
        if kind is None or token.map is None or token.map[0] < table_end:
            continue
        first, last = token.map[0], max(token.map[0], token.map[1] - 1)
        while last > first and not lines[last].strip():
            last -= 1
        if kind == "table":
            table_end = last + 1
        taken.update(range(first, last + 1))
        yield Block(kind, spans[first].start, spans[last].end)
    for number, line in enumerate(lines):
        if number not in taken and _DEFINITION.match(line):
            yield Block("definition", spans[number].start, spans[number].end)


def _find_kind(token: Token) -> BlockKind | None:
    if token.type == "html_block":
        content = token.content.strip()
        is_comment = content.startswith("<!--") and content.endswith("-->")
        return "comment" if is_comment or _UNSEEN.match(content) else "html"
    kinds: dict[str, BlockKind] = {
        "heading_open": "heading", "paragraph_open": "paragraph", "table_open": "table", "fence": "code",
        "code_block": "code", "hr": "rule",
    }  # fmt: skip
    return kinds.get(token.type)


def _find_all_markup(tokens: Sequence[Token], spans: Sequence[Span], lines: Sequence[str]) -> Iterator[Span]:
    row, column = -1, 0
    in_table = False
    for token in tokens:
        if token.type in ("table_open", "table_close"):
            in_table = token.type == "table_open"
            if in_table and token.map is not None and token.map[0] + 1 < len(spans):
                yield spans[token.map[0] + 1]
        elif token.type in ("fence", "html_block", "heading_open") and token.map is not None:
            yield from _find_block_marks(token, spans, lines)
        elif token.type == "tr_close" and row >= 0:
            yield from _find_pipes(lines[row], column, len(lines[row]), spans[row].start)
        if token.type != "inline" or token.map is None:
            continue
        if not in_table:
            yield from _find_in_paragraph(token, spans, lines)
            continue
        if token.map[0] != row:
            row, column = token.map[0], 0
        place = lines[row].find(token.content, column) if token.content else -1
        if place >= 0:
            yield from _find_pipes(lines[row], column, place, spans[row].start)
            base = spans[row].start + place
            yield from (
                Span(base + one.start, base + one.end) for one in find_markup(token.content, token.children or [])
            )
            column = place + len(token.content)


def _find_pipes(line: str, start: int, end: int, offset: int) -> Iterator[Span]:
    return (Span(offset + at, offset + at + 1) for at in range(start, end) if line[at] == "|")


def _find_block_marks(token: Token, spans: Sequence[Span], lines: Sequence[str]) -> Iterator[Span]:
    """Yield the fences of code, the tags of HTML, and the marks of a heading that its inline text leaves out."""
    first, last = token.map or (0, 0)
    if token.type == "fence":
        yield spans[first]
        if lines[last - 1].strip().startswith(token.markup[:3]):
            yield spans[last - 1]
    elif token.type == "html_block":
        whole = "\n".join(lines[first:last])
        if "\r" not in whole:
            base = spans[first].start
            yield from (Span(base + tag.start(), base + tag.end()) for tag in _TAG.finditer(whole))
    elif token.markup in ("=", "-") and last - first > 1:
        yield spans[last - 1]


def _find_in_paragraph(token: Token, spans: Sequence[Span], lines: Sequence[str]) -> Iterator[Span]:
    offsets: list[int] = []
    for number, line in enumerate(token.content.split("\n"), (token.map or [0])[0]):
        if number >= len(lines):
            return
        place = max(lines[number].find(line), 0)
        before = lines[number][:place]
        if before.strip() and not any(map(str.isalnum, before)):
            yield Span(spans[number].start, spans[number].start + place)
        offsets.extend(range(spans[number].start + place, spans[number].start + place + len(line)))
        offsets.append(spans[number].start + place + len(line))
        after = lines[number][place + len(line) :]
        if after.strip() and token.level == 1 and lines[number].lstrip().startswith("#"):
            yield Span(spans[number].start + place + len(line), spans[number].end)
    for span in find_markup(token.content, token.children or []):
        yield Span(offsets[span.start], offsets[span.end - 1] + 1)


def _merge(spans: Sequence[Span]) -> Iterator[Span]:
    current: Span | None = None
    for span in spans:
        if span.start >= span.end:
            continue
        if current is None or span.start > current.end:
            if current is not None:
                yield current
            current = span
        else:
            current = Span(current.start, max(current.end, span.end))
    if current is not None:
        yield current
