"""The body of ``qa remove``: an article removed, and the proof that nothing of it is left."""

from __future__ import annotations

import click

from qa.check.leftovers import text_of
from qa.cli.commands.changes.under_way import changes_of
from qa.cli.commands.check import search_for
from qa.cli.environment import chosen_settings
from qa.cli.loading import IndexChoice
from qa.cli.text_format import one_line


def run(article: str, prove: bool, index: IndexChoice) -> int:
    """Remove the article; with ``prove``, 1 means that something of it is left."""
    settings = chosen_settings(index)
    with changes_of(settings) as changes:
        path = changes.path_of(article)
        text = text_of(path) if prove else ""
        changes.remove(article)
    click.echo(one_line(f"{article}: removed"))
    return search_for(path, text, settings) if prove else 0
