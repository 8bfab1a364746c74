"""The body of ``qa chat``: a conversation in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from qa import factory
from qa.cli.chat.history import keep_history
from qa.cli.chat.session import ChatSession
from qa.cli.environment import chosen_settings, say_outdated
from qa.cli.loading import IndexChoice, close_with_command
from qa.cli.text_format import output_style
from qa.exposure import site_address

PROMPT = "? "


def run(plain: bool, index: IndexChoice) -> int:
    """Answer line after line until the end of input or /quit."""
    settings = chosen_settings(index)
    engine = close_with_command(factory.open_engine(settings))
    say_outdated(settings)
    style = output_style(plain)
    session = ChatSession(engine, style, site_address(settings), factory.open_writer(settings, engine))
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if at_terminal:
        articles = engine.snapshot.info.articles
        greeting = f"{articles} article{'' if articles == 1 else 's'}. Ask in plain words; /help lists the commands."
        click.echo(style.wrap(greeting), err=True)
    with keep_history(settings.data if at_terminal and settings.keep else None):
        for line in _lines(PROMPT if at_terminal else ""):
            _reply(session, line)
            if session.over:
                break
    return 0


def _lines(prompt: str) -> Iterator[str]:
    """Return the lines that a person types until the end of input; Ctrl-C discards the line."""
    while True:
        try:
            yield input(prompt).strip()
        except KeyboardInterrupt:
            click.echo()
        except EOFError:
            if prompt:
                click.echo()
            return


def _reply(session: ChatSession, line: str) -> None:
    try:
        reply = session.reply(line)
    except KeyboardInterrupt:
        reply = "Stopped."
    if reply:
        click.echo(f"{reply}\n")
    try:
        for text in session.write():
            click.echo(f"{text}\n")
    except KeyboardInterrupt:
        click.echo("Stopped.\n")
