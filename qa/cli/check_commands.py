"""The commands that look into an index: its files, what it holds, past citations, and whether it is whole."""

from __future__ import annotations

import click

from qa.cli.loading import FOLDER_OR_FILE, index_choice, plain_option, runs


@click.command("articles")
@click.option("--json", "json_", is_flag=True, help="Print the files as one JSON array.")
@index_choice
@runs("listing.articles")
def articles() -> None:
    """List the files of the folder: state, date, title, and why a file is not read.

    \b
    Examples:
      qa articles
      qa articles --json | jq '.[] | select(.state == "not read")'

    The state is indexed, changed or removed since, new since, or not read.
    """


@click.command("collections")
@click.option("--json", "json_", is_flag=True, help="Print the collections as one JSON array.")
@runs("listing.collections")
def collections() -> None:
    """List the collections: name, folder, articles, and whether each can be asked.

    \b
    Example:
      QA_COLLECTIONS=~/news,old=~/archive qa collections

    The first one is asked where no --collection is given. Exit code 3 means that one of them cannot be asked.
    """


@click.command("info")
@click.option("--json", "json_", is_flag=True, help="Print the same as one JSON object.")
@index_choice
@runs("listing.info")
def info() -> None:
    """Show what the index holds, of which folder, whether it is up to date, and where it lies."""


@click.command("feedback")
@index_choice
@runs("listing.feedback")
def feedback() -> None:
    """Print the answers that people have judged as questions for qa eval (JSON Lines).

    \b
    Examples:
      qa feedback > judged.jsonl && qa eval judged.jsonl

    A question is printed where its right answer is known: the answer was called right, the passage that should have
    been quoted was given, or the articles do not answer it. Standard error counts the others.
    """


@click.command("verify")
@click.argument("answers", metavar="[FILE]", required=False, type=FOLDER_OR_FILE)
@click.option("--draft", type=FOLDER_OR_FILE, metavar="FILE", help="Look up the quotations and figures of this text.")
@click.option("--json", "json_", is_flag=True, help="Print the statuses as JSON.")
@plain_option
@index_choice
@runs("verify")
def verify() -> None:
    """Check the citations of a past answer against the articles as they are now.

    \b
    Examples:
      qa verify answer.json
      qa ask --json "Who was executed?" | qa verify -
      qa verify --draft story.txt

    FILE ("-" for standard input) holds the output of qa ask --json or --jsonl, or a conversation exported as JSON. Each
    citation is unchanged, moved, edited or gone. Exit code 1 means that one of them is edited or gone.

    With --draft, each quotation of three words or more and each figure of a text is exact (in the articles, to the
    letter), differs (its differences are shown) or absent. Exit code 1 means that one of them differs or is absent.
    """


@click.command("check")
@click.option("--repair", is_flag=True, help="Write the index again if something is wrong.")
@click.option(
    "--absent", type=FOLDER_OR_FILE, metavar="FILE", help="Check that no text of this file is stored any more."
)
@click.option("--cluster", metavar="ADDRESS", help="Ray cluster all nodes of which look at the index.  [QA_CLUSTER]")
@click.option("--store", metavar="ADDRESS", help="Object store that holds the index of a cluster: s3://BUCKET/NAME.")
@index_choice
@runs("check")
def check() -> None:
    """Check that the index is whole: the digest of every file, the counts, and the text of every passage.

    \b
    Examples:
      qa check
      qa check --repair                writes a damaged index again, from its text store or the articles
      qa check --absent removed.txt    is anything of that file left, in the index or in a conversation?

      qa check --cluster HOST:PORT     the shards of a cluster, as each of its nodes sees them

    The generation before the current one is checked too where it is kept. Exit code 3 means that something is wrong;
    standard error says what. With --absent, exit code 1 means that something is left; standard output says where.
    """


COMMANDS = (articles, collections, info, feedback, verify, check)
