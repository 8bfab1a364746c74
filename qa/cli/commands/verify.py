"""The body of ``qa verify``: do the citations of a past answer still stand?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import click

from qa.citations.verify import Check, verify
from qa.cli.answer_file import read_citations
from qa.cli.commands.draft import check
from qa.cli.environment import chosen_settings
from qa.cli.loading import IndexChoice, close_with_command
from qa.cli.present import place, shorten
from qa.cli.text_format import Style, as_json, one_line, output_style
from qa.errors import BadRequest
from qa.protocols import TextStore
from qa.store.snapshot import open_snapshot

COLOURS = {"unchanged": "green", "moved": "yellow", "edited": "red", "gone": "red"}
STANDING = {"unchanged", "moved"}
QUOTE_CHARACTERS = 100


def run(answers: Path | None, draft: Path | None, json_: bool, plain: bool, index: IndexChoice) -> int:
    """Print the status of each citation, or of each claim of a draft; 1 means that one does not stand."""
    if (answers is None) == (draft is None):
        raise click.UsageError("Name one file: an answer, or a text with --draft.")
    return _verify(answers, json_, plain, index) if answers else check(cast(Path, draft), json_, plain, index)


def _verify(answers: Path, json_: bool, plain: bool, index: IndexChoice) -> int:
    content = sys.stdin.buffer.read() if str(answers) == "-" else _content(answers)
    citations = read_citations(content, str(answers))
    text = close_with_command(open_snapshot(chosen_settings(index).index, None)).text
    checks = verify(citations, text)
    quotes = [past.quote for past in citations]
    click.echo(as_json(checks) if json_ else _table(checks, quotes, output_style(plain), text))
    return 0 if all(check.status in STANDING for check in checks) else 1


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadRequest(f"Cannot read {path}: {error.strerror}. Name a file with an Answer as JSON.") from error


def _table(checks: Sequence[Check], quotes: Sequence[str], style: Style, text: TextStore) -> str:
    if not checks:
        return "No citations to check."
    return "\n".join(_lines(check, quote, style, text) for check, quote in zip(checks, quotes, strict=True))


def _lines(check: Check, past: str, style: Style, text: TextStore) -> str:
    status = style.paint(f"{check.status:9}", fg=COLOURS[check.status])
    was = style.wrap(f"“{shorten(past, QUOTE_CHARACTERS)}”", "    ")
    now = [style.wrap(f"now “{shorten(check.quote, QUOTE_CHARACTERS)}”", "    ")] if check.status == "edited" else []
    return "\n".join([f"[{check.marker}] {status} {_where(check, text)}", was, *now])


def _where(check: Check, text: TextStore) -> str:
    if check.article_sha256 is None:
        return f"{one_line(check.article_id)}: no such article"
    article = text.article(check.article_id)
    return place(article.source, None if check.status == "gone" else article.text.count("\n", 0, check.start) + 1)
