"""``qa completion``: what makes a shell complete the commands and options of ``qa``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print what makes SHELL complete the commands and options of qa.

    \b
    Switch it on for good with one of these:
      qa completion bash >> ~/.bashrc
      qa completion zsh >> ~/.zshrc
      qa completion fish > ~/.config/fish/completions/qa.fish
    """
    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"{shell} is not a shell that can be completed: {', '.join(SHELLS)} are.")
    click.echo(complete(ctx.find_root().command, {}, "qa", "_QA_COMPLETE").source())
    return 0
