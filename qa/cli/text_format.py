"""Text on a terminal or in a pipe: width, colour, and no control characters of others."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from dataclasses import dataclass
from typing import Any

import click
import msgspec

WIDEST_COLUMNS = 100
NARROWEST_COLUMNS = 20
# C0 and C1 controls but for the newline, the marks that turn the direction of writing around, and lone surrogates.
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Return the text with a space for each control character.

    >>> printable("red \\x1b[31malert\\x07")
    'red  [31malert '
    """
    return CONTROLS.sub(" ", text)


def one_line(text: str) -> str:
    """Return the text in one line, without control characters.

    >>> one_line("two\\nlines  of\\ttext")
    'two lines of text'
    """
    return " ".join(printable(text).split())


def as_json(record: Any) -> str:
    r"""Return the record as JSON in one line, with control characters escaped.

    >>> as_json(["\x1b \x9b \u202e é"])
    '["\\u001b \\u009b \\u202e é"]'
    """
    return CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", msgspec.json.encode(record).decode())


@dataclass(frozen=True, slots=True)
class Style:
    """How text is printed: the width to wrap at (None: not wrapped) and whether it is coloured."""

    width: int | None = None
    colour: bool = False

    def paint(self, text: str, **style: Any) -> str:
        """Return the text with these options of click.style where there is colour."""
        return click.style(text, **style) if self.colour and text else text

    def wrap(self, text: str, indent: str = "") -> str:
        """Return the text in one paragraph, each line indented."""
        return "\n".join(indent + line for line in self._lines(one_line(text), indent))

    def mark(self, text: str, start: int, end: int, indent: str = "") -> str:
        """Return the text as ``wrap`` does, with the range [start, end) bold, or between >> and << without colour."""
        before, quote, after = (one_line(part) for part in (text[:start], text[start:end], text[end:]))
        if not self.colour:
            quote = f">>{quote}<<"
        before += " " if before and text[:start][-1].isspace() else ""
        after = (" " if after and text[end].isspace() else "") + after
        lines, at = [], 0
        for line in self._lines(before + quote + after, indent):
            first, last = (min(max(edge - at, 0), len(line)) for edge in (len(before), len(before) + len(quote)))
            lines.append(f"{indent}{line[:first]}{self.paint(line[first:last], bold=True)}{line[last:]}")
            at += len(line) + 1
        return "\n".join(lines)

    def _lines(self, flat: str, indent: str) -> list[str]:
        if self.width is None:
            return [flat]
        width = max(self.width - len(indent), 1)
        return textwrap.wrap(flat, width, break_long_words=False, break_on_hyphens=False) or [""]


def output_style(plain: bool, *, errors: bool = False) -> Style:
    """Return the style that fits where standard output goes, or standard error where ``errors`` says so."""
    if plain or not (sys.stderr if errors else sys.stdout).isatty():
        return Style()
    width = min(WIDEST_COLUMNS, max(NARROWEST_COLUMNS, shutil.get_terminal_size().columns))
    return Style(width, wants_colour())


def wants_colour() -> bool:
    """Return whether the person wants colour and animation on a terminal."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
