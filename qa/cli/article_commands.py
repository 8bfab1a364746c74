"""The commands about articles: those that change their folder, and the mentions of a name in them."""

from __future__ import annotations

import click

from qa.cli.loading import FOLDER_OR_FILE, index_choice, plain_option, runs


@click.command("add")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FOLDER_OR_FILE)
@index_choice
@runs("changes.add")
def add() -> None:
    """Copy files into the folder of articles and index them.

    \b
    Examples:
      qa add ~/Downloads/report.pdf
      qa add *.html

    A file that cannot be an article is refused with the reason, and so is one whose name another article has; the
    others are added. Nothing that is there is replaced. Exit code 2 means that a file was refused.
    """


@click.command("rename")
@click.argument("article", metavar="ARTICLE")
@click.argument("name", metavar="NAME")
@index_choice
@runs("changes.rename")
def rename() -> None:
    """Give the file of an article another name, in the folder and in the index.

    \b
    Example:
      qa rename report "Harbour inquiry.pdf"

    ARTICLE is its id, the file without its ending. The ending stays.
    """


@click.command("remove")
@click.argument("article", metavar="ARTICLE")
@click.option("--prove", is_flag=True, help="Then look for anything of it in the index and in conversations.")
@index_choice
@runs("changes.remove")
def remove() -> None:
    """Remove an article: its file, and everything that the index holds of it.

    \b
    Examples:
      qa remove report
      qa remove --prove report    is anything of it left?

    ARTICLE is its id, the file without its ending. With --prove, exit code 1 means that something is left; standard
    output says where.
    """


@click.command("mentions")
@click.argument("name", nargs=-1, required=True, metavar="NAME...")
@click.option("--json", "json_", is_flag=True, help="Print the mentions as one JSON object.")
@plain_option
@index_choice
@runs("mentions")
def mentions() -> None:
    """List every place where the articles have a name, in every spelling, in order of time.

    \b
    Example:
      qa mentions Alexander Vinogradov

    Each place has its date, its file with the line, and its sentence. Exit code 1 means that no article has the name.
    """


COMMANDS = (add, rename, remove, mentions)
