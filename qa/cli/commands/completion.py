"""The body of ``qa completion``: print the script that completes commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from qa.cli.command_line import SHELLS


def run(shell: str) -> int:
    """Print the script for this shell."""
    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"Completion works in {', '.join(SHELLS)}, not in {shell}.")
    click.echo(complete(click.get_current_context().find_root().command, {}, "qa", "_QA_COMPLETE").source())
    return 0
