"""``qa chat``: a conversation in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from qa.cli.chat_session import Talk
from qa.cli.history import keeping_history
from qa.cli.options import index_option, open_engine, plain_option, settings_with
from qa.cli.text_format import look

PROMPT = "? "


@click.command()
@plain_option
@index_option
def command(plain: bool, index: Path | None) -> int:
    """Ask on and on; each question is read after those before it.

    A number opens that source of the last answer, /help lists the commands. Ctrl-C clears the line, Ctrl-D leaves.
    """
    settings = settings_with(index=index)
    engine = open_engine(settings)
    talk = Talk(engine, look(plain))
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if at_terminal:
        articles = engine.snapshot.info.articles
        greeting = (
            f"{articles} article{'' if articles == 1 else 's'}. Ask in plain words; /help lists what else there is."
        )
        click.echo(look(plain).wrap(greeting), err=True)
    with keeping_history(settings.data if at_terminal and settings.keep else None):
        for line in _lines(PROMPT if at_terminal else ""):
            _take(talk, line)
            if talk.over:
                break
    return 0


def _lines(prompt: str) -> Iterator[str]:
    """Return the lines that a person types until the end of input; Ctrl-C begins the line anew."""
    while True:
        try:
            yield input(prompt).strip()
        except KeyboardInterrupt:
            click.echo()
        except EOFError:
            if prompt:
                click.echo()
            return


def _take(talk: Talk, line: str) -> None:
    try:
        reply = talk.take(line)
    except KeyboardInterrupt:
        reply = "Stopped."
    if reply:
        click.echo(f"{reply}\n")
