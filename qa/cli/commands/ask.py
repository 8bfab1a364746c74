"""The body of ``qa ask``: one question from the arguments or a pipe, or many as JSON Lines."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from qa import factory
from qa.cli.command_line import ASK_EXAMPLES
from qa.cli.environment import chosen_settings, every_settings, say_outdated
from qa.cli.jsonl import answer_lines
from qa.cli.loading import IndexChoice, close_with_command
from qa.cli.present import answer_text, line_numbers, written_text
from qa.cli.text_format import Style, as_json, output_style
from qa.errors import BadRequest
from qa.protocols import AnswerEngine
from qa.records import Answer
from qa.requests import request_from, with_writing
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.writing.written import CheckedWriter

# Longer than any question that is accepted; nothing beyond it is read.
INPUT_BYTES = 65_536


def run(
    question: tuple[str, ...], json_: bool, jsonl: bool, plain: bool, write: bool, index: IndexChoice, **options: Any
) -> int:
    """Print the answer, or the answers to all lines of standard input; 1 means that the articles do not answer."""
    fields = request_fields(**options)
    if jsonl:
        if write:
            raise click.UsageError("--write takes one question: leave --jsonl out.")
        if question:
            raise click.UsageError("With --jsonl the questions come from standard input: give none as argument.")
        settings = chosen_settings(index)
        collections = close_with_command(factory.open_collections(every_settings(index)))
        code = answer_lines(collections, sys.stdin.buffer, {**fields, "collection": index.collection})
        say_outdated(settings)
        return code
    text = question_text(question)
    if text is None:
        click.echo(f"{ASK_EXAMPLES}\nAll options: qa ask --help", err=True)
        return 2
    if not text:
        raise BadRequest("The question is empty. Ask something in words.")
    request = request_from({"question": text, **fields})
    settings = chosen_settings(index)
    engine = _engine(settings)
    writer = factory.require_writer(settings, engine) if write else None
    answer = engine.ask(with_writing(request) if write else request)
    if json_ and writer is not None:
        answer = replace(answer, written=writer.write_all(answer))
    if json_:
        click.echo(as_json(answer))
    else:
        numbers = line_numbers(engine.snapshot, answer)
        click.echo(answer_text(answer, output_style(plain), numbers, passages=options["passages"] or 0))
        if writer is not None:
            _echo_written(writer, answer, output_style(plain))
    say_outdated(settings)
    return 0 if answer.answered else 1


def _engine(settings: Settings) -> AnswerEngine:
    return close_with_command(factory.open_engine(settings))


def _echo_written(writer: CheckedWriter, answer: Answer, style: Style) -> None:
    """Print each written sentence as it comes, and then by whom it was written and how much was left out.

    Ctrl-C ends the writing; the quotations stand already.
    """
    with closing(writer.write(answer)) as parts:
        for part in parts:
            if text := written_text(part, style):
                click.echo(f"\n{text}")


def request_fields(article: tuple[str, ...], since: Any, until: Any, **options: Any) -> dict[str, Any]:
    """Return the fields of the request that the options give."""
    days = {name: day.strftime("%Y-%m-%d") for name, day in (("since", since), ("until", until)) if day is not None}
    given = {name: value for name, value in options.items() if value is not None}
    return {**given, **days, "articles": article}


def question_text(words: tuple[str, ...]) -> str | None:
    """Return the question, or None at a terminal where nothing is asked."""
    if words and words != ("-",):
        # Bytes of an argument that are not UTF-8 arrive as lone surrogates.
        return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if words or not sys.stdin.isatty():
        return sys.stdin.buffer.read(INPUT_BYTES).decode("utf-8-sig", "replace").strip()
    return None
