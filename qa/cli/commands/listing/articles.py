"""The body of ``qa articles``: the files of the folder, and what the index knows of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import click

from qa.check.article_files import ArticleFile, list_files
from qa.check.folder_state import read_folder_state
from qa.cli.environment import chosen_settings
from qa.cli.loading import IndexChoice, close_with_command
from qa.cli.present import shorten
from qa.cli.text_format import as_json, one_line
from qa.store.snapshot import open_snapshot

TITLE_CHARACTERS = 100


def run(json_: bool, index: IndexChoice) -> int:
    """Print one line per file, and the counts on standard error."""
    settings = chosen_settings(index)
    snapshot = close_with_command(open_snapshot(settings.index, None))
    files = list_files(snapshot.text.articles(), snapshot.skipped, read_folder_state(settings.index))
    click.echo(as_json(files) if json_ else _table(files))
    counts = Counter(file.state for file in files)
    click.echo(f"{settings.articles}: {', '.join(f'{count:,} {state}' for state, count in counts.items())}", err=True)
    return 0


def _table(files: Sequence[ArticleFile]) -> str:
    rows = [(one_line(file.source), file.state, file.date or "", _words(file)) for file in files]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]).rstrip()
        for row in rows
    )


def _words(file: ArticleFile) -> str:
    """Return the title with the note on the file, or why it is not read."""
    if file.title is None:
        return one_line(file.reason or "")
    title = shorten(file.title, TITLE_CHARACTERS)
    return f"{title} ({one_line(file.note)})" if file.note else title
