"""Paragraphs from the lines of PDF pages: running heads and page numbers left out, hyphens and lines joined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from qa.ingest.formats.markdown_writer import escape

# A line at the edge of at least this many pages, and this share of them, is a running head.
RUNNING_PAGES = 3
RUNNING_SHARE = 0.5
EDGE_LINES = 2
# A line that is shorter than this share of the width ends a paragraph, if it ends a sentence.
SHORT_SHARE = 0.75

_PAGE_NUMBER = re.compile(
    r"(?:[-–—]\s*)?(?:(?:page|seite|p\.)\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:/|of|von)\s*\d{1,4})?(?:\s*[-–—])?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_ENDED = re.compile(r"[.!?:…][\"'”’»)\]]*$")
_HYPHEN = re.compile(r"(?P<first>[^\W\d_]{2,})[-\u00ad]$")
_FOLLOWS = re.compile(r"(?P<second>[^\W\d_A-Z]{2,})")
_ITEM = re.compile(r"[-*•·–▪]\s|\(?\d{1,3}[.)]\s|\([a-z]\)\s")


def write_pages(pages: Sequence[str]) -> list[str]:
    """Return the paragraphs; a form feed stands for the white space, or between blocks, where a page ends."""
    kept = _drop_running([[line.strip() for line in page.split("\n")] for page in pages])
    words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", "\n".join(pages)))
    blocks: list[str] = []
    pending = ""
    for number, lines in enumerate(kept):
        separator = "\f" if number else ""
        width = max((len(line) for line in lines), default=0)
        for line, above in zip(lines, [*lines[:1], *lines[:-1]], strict=True):
            if not line:
                if pending and _ENDED.search(pending):
                    blocks.append(pending)
                    pending = ""
                continue
            goes_on = separator and not _ENDED.search(pending)
            if pending and not goes_on and _starts_paragraph(pending, line, above, width):
                blocks.append(pending)
                pending = ""
            pending = _join(pending, line, separator, words)
            separator = ""
        if separator and number:
            pending += separator
    return [block for block in map(_escape_pages, [*blocks, pending]) if block.strip()]


def _drop_running(pages: list[list[str]]) -> list[list[str]]:
    """Leave out page numbers and the lines at the edges that most pages share but for their digits."""
    edges = Counter(key for page in pages for key in {_key(line) for _, line in _edges(page)})
    enough = max(RUNNING_PAGES, RUNNING_SHARE * len(pages))
    dropped = []
    for page in pages:
        out = {
            number for number, line in _edges(page)
            if _PAGE_NUMBER.fullmatch(line) or (edges[_key(line)] >= enough and len(pages) >= RUNNING_PAGES)
        }  # fmt: skip
        dropped.append([line for number, line in enumerate(page) if number not in out])
    return dropped


def _edges(page: Sequence[str]) -> Iterator[tuple[int, str]]:
    filled = [(number, line) for number, line in enumerate(page) if line]
    yield from dict.fromkeys([*filled[:EDGE_LINES], *filled[-EDGE_LINES:]])


def _key(line: str) -> str:
    return _DIGITS.sub("0", line).casefold()


def _starts_paragraph(pending: str, line: str, above: str, width: int) -> bool:
    if _ITEM.match(line):
        return True
    if not _ENDED.search(pending):
        # A short line without an end is a heading, unless the sentence goes on.
        return len(above) < 0.5 * width and not line[0].islower() and not _HYPHEN.search(above) and len(pending) < 120
    return len(above) < SHORT_SHARE * width


def _join(pending: str, line: str, separator: str, words: Counter[str]) -> str:
    if not pending:
        return separator + line
    hyphen, follows = _HYPHEN.search(pending), _FOLLOWS.match(line)
    if hyphen and follows:
        compound = f"{hyphen['first']}-{follows['second']}"
        keep = words[compound] > 0 and words[hyphen["first"] + follows["second"]] == 0
        joined = f"{pending if keep else pending[:-1]}{line}"
        if not separator:
            return joined
        # The page break stands before the word that it cuts.
        start = pending.rfind(" ") + 1
        return f"{joined[: max(start - 1, 0)]}{separator}{joined[start:]}"
    return f"{pending}{separator or ' '}{line}"


def _escape_pages(block: str) -> str:
    """Escape a block between its page breaks, which stay."""
    return "\f".join(escape(part) for part in block.split("\f"))
