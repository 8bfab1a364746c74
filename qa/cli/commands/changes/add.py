"""The body of ``qa add``: files copied into the folder of articles, and indexed."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from qa.cli.commands.changes.under_way import changes_of
from qa.cli.environment import chosen_settings
from qa.cli.loading import IndexChoice
from qa.cli.text_format import one_line
from qa.errors import BadRequest
from qa.uploads.changes import AddedFile, NewFile


def run(files: tuple[Path, ...], index: IndexChoice) -> int:
    """Add the files and print what became of each; 2 means that one was refused."""
    settings = chosen_settings(index)
    with ExitStack() as opened, changes_of(settings) as changes:
        results = changes.add([_open(path, opened) for path in files])
    for one in results:
        click.echo(one_line(_words(one)))
    return 2 if any(one.status == "refused" for one in results) else 0


def _open(path: Path, opened: ExitStack) -> NewFile:
    try:
        return NewFile(path.name, opened.enter_context(path.open("rb")))
    except OSError as error:
        raise BadRequest(f"Cannot read {path}: {error.strerror}. Nothing was added.") from error


def _words(one: AddedFile) -> str:
    if one.status == "refused":
        return f"{one.name}: refused. {one.reason}"
    return f"{one.name}: {'added' if one.status == 'added' else 'already there'} as {one.article_id}"
