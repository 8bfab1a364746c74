"""The command ``qa``: what it understands."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any, ClassVar

import click

from qa.cli.exit_codes import exit_code, noticing_reader, open_streams

EXAMPLES = """\b
Examples:
  qa index                              read the articles in seeds/ and build the index
  qa ask "What is the hotline called?"  answer in quotations with their sources
  qa ask --json "..." | jq .citations   the same as JSON
  qa chat                               ask on, with follow-up questions
  qa serve                              chat page and API on http://127.0.0.1:8000

\b
Exit codes:
  0 answered or done    1 the articles do not answer    2 usage or other error
  3 index missing, damaged or of another model          130 interrupted
"""


class LazyCommands(click.Group):
    """Commands by the name of their module in ``qa.cli.commands``, loaded late so that ``--help`` is quick."""

    modules: ClassVar = {
        "index": ("index", "Build the index from a folder of articles, or bring it up to date."),
        "ask": ("ask", "Answer a question, or many from standard input."),
        "chat": ("chat", "Ask on and on, with follow-up questions."),
        "serve": ("serve", "Serve the chat page and the API."),
        "mcp": ("mcp", "Serve search, fetch and ask as tools of a language model."),
        "verify": ("verify", "Check the citations of a past answer against the articles as they are now."),
        "check": ("check", "Check that the index is whole."),
        "eval": ("evaluate", "Measure answers on a file of questions."),
        "calibrate": ("calibrate", "Fit the confidence to questions whose answers are known."),
        "config": ("config", "Show the settings and where each of them comes from."),
        "completion": ("completion", "Print what makes a shell complete qa's commands and options."),
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return None
        command: click.Command = importlib.import_module(f"qa.cli.commands.{self.modules[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in self.modules.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with noticing_reader():  # this prints the help
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with noticing_reader():
            return super().invoke(ctx)


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]}, help=EXAMPLES)
@click.version_option(package_name="qa-articles", prog_name="qa")
def command() -> None:
    pass


def main() -> None:
    """Run the command line; every error that a person can cause is one line on standard error and an exit code."""
    # Read when NumPy is loaded, which no module has done yet. Each question has a thread of its own and its matrices
    # are small: threads inside a product would only wait for each other, on busy cores 100 times as long as it takes.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    open_streams()
    sys.exit(exit_code(lambda: command(prog_name="qa", standalone_mode=False)))
