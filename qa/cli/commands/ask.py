"""``qa ask``: one question from the arguments or a pipe, or many as JSON Lines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from qa.cli.jsonl import answer_lines
from qa.cli.options import index_option, open_engine, plain_option, settings_with
from qa.cli.present import answer_text, line_of
from qa.cli.text_format import as_json, look
from qa.errors import BadRequest
from qa.requests import request_from

DAY = click.DateTime(["%Y-%m-%d"])
# More than any question; what is longer is refused without being read to its end.
LONGEST_INPUT = 65_536

EXAMPLES = """Examples:
  qa ask What is the hotline called?
  echo "What is the hotline called?" | qa ask
  qa ask --since 2022-01-01 --quotes 1 "Who was executed?"
  qa ask --json "Who was executed?" | jq -r '.citations[].quote'
  qa ask --jsonl < questions.jsonl > answers.jsonl
"""


@click.command()
@click.argument("question", nargs=-1)
@click.option("--json", "json_", is_flag=True, help="Print the Answer as one JSON object.")
@click.option("--jsonl", is_flag=True, help="Read one request a line on standard input, print one Answer a line.")
@plain_option
@click.option("--passages", type=click.IntRange(1, 100), help="Passages to show, or in the JSON Answer (there 10).")
@click.option("--quotes", type=click.IntRange(1, 10), default=3, show_default=True, help="Quotations at most.")
@click.option("--searched-for", metavar="WORDS", help="Search for exactly this instead of the question.")
@click.option("--article", multiple=True, metavar="ID", help="Answer from this article only; may be repeated.")
@click.option("--since", type=DAY, metavar="DAY", help="Answer only from articles of this day or later (YYYY-MM-DD).")
@click.option("--until", type=DAY, metavar="DAY", help="Answer only from articles of this day or earlier.")
@index_option
def command(question: tuple[str, ...], json_: bool, jsonl: bool, plain: bool, index: Path | None, **wanted: Any) -> int:
    fields = _fields(**wanted)
    if jsonl:
        if question:
            raise click.UsageError("With --jsonl the questions come from standard input: give none as argument.")
        return answer_lines(open_engine(settings_with(index=index)), sys.stdin.buffer, fields)
    text = _question(question)
    if text is None:
        click.echo(f"{EXAMPLES}\nAll options: qa ask --help", err=True)
        return 2
    if not text:
        raise BadRequest("The question is empty. Ask something in words.")
    request = request_from({"question": text, **fields})
    engine = open_engine(settings_with(index=index))
    answer = engine.ask(request)
    if json_:
        click.echo(as_json(answer))
    else:
        line = line_of(engine.snapshot, answer)
        click.echo(answer_text(answer, look(plain), line, passages=wanted["passages"] or 0))
    return 0 if answer.answered else 1


command.help = f"""Answer a question in quotations from the articles.

\b
{EXAMPLES}
The question comes from the arguments, or from standard input with "-" or a pipe. Exit code 1 means that the articles
do not answer.
"""


def _fields(article: tuple[str, ...], since: Any, until: Any, **fields: Any) -> dict[str, Any]:
    """Return the fields of the request that options gave."""
    days = {name: day.strftime("%Y-%m-%d") for name, day in (("since", since), ("until", until)) if day is not None}
    given = {name: value for name, value in fields.items() if value is not None}
    return {**given, **days, "articles": article}


def _question(words: tuple[str, ...]) -> str | None:
    if words and words != ("-",):
        # Bytes of an argument that are not UTF-8 arrive as lone surrogates.
        return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if words or not sys.stdin.isatty():
        return sys.stdin.buffer.read(LONGEST_INPUT).decode("utf-8-sig", "replace").strip()
    return None
