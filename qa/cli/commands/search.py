"""The body of ``qa search``: the passages nearest to a question, without an answer."""

from __future__ import annotations

from typing import Any

import click

from qa import factory
from qa.cli.commands.ask import question_text, request_fields
from qa.cli.environment import chosen_settings, say_outdated
from qa.cli.loading import IndexChoice, close_with_command
from qa.cli.present import line_numbers, search_text
from qa.cli.text_format import as_json, output_style
from qa.errors import BadRequest
from qa.requests import request_from


def run(question: tuple[str, ...], json_: bool, plain: bool, index: IndexChoice, **options: Any) -> int:
    """Print the passages; 1 means that there are none."""
    text = question_text(question)
    if not text:
        raise BadRequest("The question is empty. Ask something in words.")
    request = request_from({"question": text, **request_fields(**options)})
    settings = chosen_settings(index)
    engine = close_with_command(factory.open_engine(settings))
    found = engine.search(request)
    if json_:
        click.echo(as_json(found))
    else:
        click.echo(search_text(found, output_style(plain), line_numbers(engine.snapshot, found)))
    say_outdated(settings)
    return 0 if found.passages else 1
