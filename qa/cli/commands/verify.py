"""``qa verify``: do the citations of a past answer still stand?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.options import index_option, open_snapshot, plain_option, settings_with
from qa.cli.present import place, shortened
from qa.cli.text_format import Look, as_json, look, one_line
from qa.errors import BadRequest

if TYPE_CHECKING:
    from qa.citations.verify import Check
    from qa.protocols import TextStore

COLOURS = {"unchanged": "green", "moved": "yellow", "edited": "red", "gone": "red"}
STANDING = {"unchanged", "moved"}
QUOTE = 100


@click.command()
@click.argument("answers", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "json_", is_flag=True, help="Print what became of each citation as one JSON array.")
@plain_option
@index_option
def command(answers: Path, json_: bool, plain: bool, index: Path | None) -> int:
    """Check the citations of a past answer against the articles as they are now.

    \b
    Examples:
      qa verify answer.json
      qa ask --json "Who was executed?" | qa verify -

    FILE ("-" for standard input) holds what qa ask --json or --jsonl printed, or a conversation exported as JSON. Each
    citation is unchanged, moved, edited or gone. Exit code 1 means that one of them is edited or gone.
    """
    content = sys.stdin.buffer.read() if str(answers) == "-" else _content(answers)
    from qa.citations.verify import verify  # late, as in open_snapshot
    from qa.cli.answer_file import past_citations

    citations = past_citations(content, str(answers))
    text = open_snapshot(settings_with(index=index)).text
    checks = verify(citations, text)
    click.echo(as_json(checks) if json_ else _table(checks, [past.quote for past in citations], look(plain), text))
    return 0 if all(check.status in STANDING for check in checks) else 1


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadRequest(f"Cannot read {path}: {error.strerror}. Name a file with an Answer as JSON.") from error


def _table(checks: Sequence[Check], quotes: Sequence[str], look: Look, text: TextStore) -> str:
    if not checks:
        return "No citations to check."
    return "\n".join(_lines(check, quote, look, text) for check, quote in zip(checks, quotes, strict=True))


def _lines(check: Check, past: str, look: Look, text: TextStore) -> str:
    status = look.style(f"{check.status:9}", fg=COLOURS[check.status])
    was = look.wrap(f"“{shortened(past, QUOTE)}”", "    ")
    now = [look.wrap(f"now “{shortened(check.quote, QUOTE)}”", "    ")] if check.status == "edited" else []
    return "\n".join([f"[{check.marker}] {status} {_where(check, text)}", was, *now])


def _where(check: Check, text: TextStore) -> str:
    if check.article_sha256 is None:
        return f"{one_line(check.article_id)}: no such article"
    article = text.article(check.article_id)
    return place(article.source, None if check.status == "gone" else article.text.count("\n", 0, check.start) + 1)
