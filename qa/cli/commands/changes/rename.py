"""The body of ``qa rename``: another name for the file of an article."""

from __future__ import annotations

import click

from qa.cli.commands.changes.under_way import changes_of
from qa.cli.environment import chosen_settings
from qa.cli.loading import IndexChoice
from qa.cli.text_format import one_line


def run(article: str, name: str, index: IndexChoice) -> int:
    """Rename the file, build the index, and print the new id."""
    with changes_of(chosen_settings(index)) as changes:
        new_id = changes.rename(article, name)
    click.echo(one_line(f"{article}: now {new_id}"))
    return 0
