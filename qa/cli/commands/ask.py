"""The body of ``qa ask``: one question from the arguments or a pipe, or many as JSON Lines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from qa import factory
from qa.cli.command_line import ASK_EXAMPLES
from qa.cli.environment import settings_with
from qa.cli.jsonl import answer_lines
from qa.cli.loading import close_with_command
from qa.cli.present import answer_text, line_numbers
from qa.cli.text_format import as_json, output_style
from qa.errors import BadRequest
from qa.protocols import AnswerEngine
from qa.requests import request_from

# Longer than any question that is accepted; nothing beyond it is read.
INPUT_BYTES = 65_536


def run(question: tuple[str, ...], json_: bool, jsonl: bool, plain: bool, index: Path | None, **options: Any) -> int:
    """Print the answer, or the answers to all lines of standard input; 1 means that the articles do not answer."""
    fields = _fields(**options)
    if jsonl:
        if question:
            raise click.UsageError("With --jsonl the questions come from standard input: give none as argument.")
        return answer_lines(_engine(index), sys.stdin.buffer, fields)
    text = _question(question)
    if text is None:
        click.echo(f"{ASK_EXAMPLES}\nAll options: qa ask --help", err=True)
        return 2
    if not text:
        raise BadRequest("The question is empty. Ask something in words.")
    request = request_from({"question": text, **fields})
    engine = _engine(index)
    answer = engine.ask(request)
    if json_:
        click.echo(as_json(answer))
    else:
        numbers = line_numbers(engine.snapshot, answer)
        click.echo(answer_text(answer, output_style(plain), numbers, passages=options["passages"] or 0))
    return 0 if answer.answered else 1


def _engine(index: Path | None) -> AnswerEngine:
    return close_with_command(factory.open_engine(settings_with(index=index)))


def _fields(article: tuple[str, ...], since: Any, until: Any, **options: Any) -> dict[str, Any]:
    """Return the fields of the request that the options give."""
    days = {name: day.strftime("%Y-%m-%d") for name, day in (("since", since), ("until", until)) if day is not None}
    given = {name: value for name, value in options.items() if value is not None}
    return {**given, **days, "articles": article}


def _question(words: tuple[str, ...]) -> str | None:
    """Return the question, or None at a terminal where nothing is asked."""
    if words and words != ("-",):
        # Bytes of an argument that are not UTF-8 arrive as lone surrogates.
        return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if words or not sys.stdin.isatty():
        return sys.stdin.buffer.read(INPUT_BYTES).decode("utf-8-sig", "replace").strip()
    return None
