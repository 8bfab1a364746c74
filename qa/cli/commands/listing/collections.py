"""The body of ``qa collections``: what there is to ask, and whether it can be asked."""

from __future__ import annotations

from functools import partial

import click

from qa.cli.environment import settings_with
from qa.cli.text_format import as_json, one_line
from qa.collections.choice import settings_of_all
from qa.collections.states import ASKED, CollectionState, read_state, stored_info


def run(json_: bool) -> int:
    """Print one line per collection; 3 means that one of them cannot be asked."""
    states = [read_state(one, partial(stored_info, one)) for one in settings_of_all(settings_with())]
    click.echo(as_json(states) if json_ else _table(states))
    return 0 if all(one.state in ASKED for one in states) else 3


def _table(states: list[CollectionState]) -> str:
    rows = [
        (
            one_line(one.name or "-"),
            one_line(one.folder),
            "-" if one.articles is None else f"{one.articles:,}",
            one.state,
            one.reason or "",
        )
        for one in states
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip()
        for row in rows
    )
