"""The command line: every command with its arguments, options and help.

The body of a command is ``run`` in a module of ``qa.cli.commands``, which is loaded when the command runs, so that help
and completion stay quick.
"""

from __future__ import annotations

import click

from qa.cli import article_commands, check_commands
from qa.cli.loading import FOLDER_OR_FILE, Commands, cluster_options, index_choice, index_option, plain_option, runs

DAY = click.DateTime(["%Y-%m-%d"])
MCP_PORT = 8001
SHELLS = ("bash", "zsh", "fish")

EXAMPLES = """\b
Examples:
  qa index ~/articles                   read the articles of a folder and build the index
  qa ask "What is the hotline called?"  answer in quotations with their sources
  qa ask --json "..." | jq .citations   the same as JSON
  qa chat                               ask on, with follow-up questions
  qa serve                              chat page and API on http://127.0.0.1:8000

\b
Exit codes:
  0 answered or done    1 the articles do not answer    2 usage or other error
  3 index missing, damaged or of another model          130 interrupted
"""
ASK_EXAMPLES = """Examples:
  qa ask What is the hotline called?
  echo "What is the hotline called?" | qa ask
  qa ask --since 2022-01-01 --quotes 1 "Who was executed?"
  qa ask --json "Who was executed?" | jq -r '.citations[].quote'
  qa ask --jsonl < questions.jsonl > answers.jsonl
"""


def _require_value(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuse an empty value: a variable that is not set would silently serve without a token."""
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty.", ctx, option)
    return value


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, help=EXAMPLES)
@click.version_option(package_name="qa-articles", prog_name="qa")
def qa() -> None:
    pass


@qa.command("index")
@click.option("--rebuild", is_flag=True, help="Start from nothing instead of the index that is there.")
@click.option("--replace", is_flag=True, help="Let the index follow another folder of articles.")
@click.option("--watch", is_flag=True, help="Then follow the folder: build again whenever it changes.")
@cluster_options
@index_choice
@runs("index")
def index() -> None:
    """Build the index from a folder of articles, or bring it up to date.

    \b
    Examples:
      qa index ~/articles          a folder of articles
      qa index                     the folder again that the index was built from
      qa index --index /srv/qa/index ~/articles
      qa index --watch             until Ctrl-C; a server switches to the new index without a restart
      qa index s3://bucket/articles --cluster 10.0.0.1:6379

    Unchanged paragraphs are not encoded again; removed articles are gone. The summary lists what was left out.
    """


for one in article_commands.COMMANDS:
    qa.add_command(one)


@qa.command(
    "ask",
    help=f"""Answer a question, or many from standard input.

\b
{ASK_EXAMPLES}
The question comes from the arguments, or from standard input with "-" or a pipe. Exit code 1 means that the articles
do not answer.
""",
)
@click.argument("question", nargs=-1)
@click.option("--json", "json_", is_flag=True, help="Print the Answer as one JSON object.")
@click.option("--jsonl", is_flag=True, help="Read one request per line from standard input, print one Answer per line.")
@plain_option
@click.option("--passages", type=click.IntRange(1, 100), help="Passages to show, or in the JSON Answer (there 10).")
@click.option("--quotes", type=click.IntRange(1, 10), default=3, show_default=True, help="Quotations at most.")
@click.option("--write", is_flag=True, help="Let the language model of QA_WRITER write from the quotations.")
@click.option("--searched-for", metavar="WORDS", help="Search for exactly this instead of the question.")
@click.option("--article", multiple=True, metavar="ID", help="Answer from this article only; may be repeated.")
@click.option("--since", type=DAY, metavar="DAY", help="Answer only from articles of this day or later (YYYY-MM-DD).")
@click.option("--until", type=DAY, metavar="DAY", help="Answer only from articles of this day or earlier.")
@index_choice
@runs("ask")
def ask() -> None:
    pass


@qa.command("search")
@click.argument("question", nargs=-1)
@click.option("--json", "json_", is_flag=True, help="Print the result as one JSON object.")
@plain_option
@click.option("--passages", type=click.IntRange(1, 100), default=10, show_default=True, help="Passages to show.")
@click.option("--article", multiple=True, metavar="ID", help="Search this article only; may be repeated.")
@click.option("--since", type=DAY, metavar="DAY", help="Search only articles of this day or later (YYYY-MM-DD).")
@click.option("--until", type=DAY, metavar="DAY", help="Search only articles of this day or earlier.")
@index_choice
@runs("search")
def search() -> None:
    """Show the passages nearest to a question, best first, without an answer.

    \b
    Examples:
      qa search hotline for soldiers
      qa search --json "Who was executed?" | jq -r '.passages[].text'

    The question comes from the arguments, or from standard input with "-" or a pipe.
    """


@qa.command("chat")
@plain_option
@index_choice
@runs("chat")
def chat() -> None:
    """Ask one question after another; each is understood after those before it.

    A number opens that source of the last answer, /help lists the commands. Ctrl-C clears the line, Ctrl-D leaves.
    """


@qa.command("serve")
@click.argument("folders", metavar="[FOLDER]...", nargs=-1, type=FOLDER_OR_FILE)
@click.option("--host", callback=_require_value, help="Address to serve on.  [QA_HOST, 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to serve on; 0 takes a free one.  [QA_PORT, 8000]")
@click.option("--threads", type=click.IntRange(1, 256), help="Threads that answer.  [QA_THREADS, 4]")
@click.option(
    "--token",
    callback=_require_value,
    help="Token that every request has to carry; given as QA_TOKEN it stays out of the list of processes.",
)
@click.option("--insecure", is_flag=True, help="Let everyone who can reach the address ask, without a token.")
@click.option("--watch", is_flag=True, help="Follow the folder while serving: index every change.")
@click.option("--no-update", is_flag=True, help="Serve the index as it is, even if files changed since.")
@click.option("--replace", is_flag=True, help="Let the index follow another folder of articles.")
@click.option("--cluster", metavar="ADDRESS", help="Ray cluster that serves the index.  [QA_CLUSTER]")
@index_option
@runs("serve")
def serve() -> None:
    """Serve the chat page and the API; the index is built first, or brought up to date.

    \b
    Examples:
      qa serve                               http://127.0.0.1:8000
      qa serve --watch ~/articles            also follows the folder
      qa serve ~/news old=~/archive          two collections, each with its own index
      QA_TOKEN=... qa serve --host 0.0.0.0   for other machines, with a token

    An index of another folder than FOLDER is refused. Several folders, or a name before one, are collections: each has
    an index of its own and is asked by its name; without FOLDER they are those of QA_COLLECTIONS. The address is
    printed on standard error once requests are taken, then one line of JSON per request. Ctrl-C and SIGTERM stop after
    the requests in flight.
    """


@qa.command("mcp")
@click.option("--http", is_flag=True, help="Serve over HTTP instead of standard input and output.")
@click.option("--host", help="Address to serve on with --http.  [127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help=f"Port to serve on with --http.  [{MCP_PORT}]")
@click.option("--token", help="Token that every request has to carry with --http.  [QA_TOKEN]")
@click.option("--insecure", is_flag=True, help="Serve other machines without a token.")
@index_option
@runs("mcp", package="mcp", extra="mcp")
def mcp() -> None:
    """Serve ask, search, fetch and list_articles as tools of a language model.

    \b
    Examples:
      qa mcp           what a client starts by itself: {"command": "qa", "args": ["mcp"]}
      qa mcp --http    http://127.0.0.1:8001/mcp

    The tools follow the Model Context Protocol. Addresses in the results lead to the site that qa serve runs (QA_HOST
    and QA_PORT, or QA_URL).
    """


for one in check_commands.COMMANDS:
    qa.add_command(one)


@qa.command("eval")
@click.argument("questions", type=FOLDER_OR_FILE)
@click.option("--json", "json_", is_flag=True, help="Print the figures as JSON.")
@click.option("--misses", is_flag=True, help="Print the questions that went wrong, too.")
@click.option("--plot", type=FOLDER_OR_FILE, help="Draw risk-coverage and reliability to a .png or .svg.")
@click.option("--by", default="all", show_default=True, help="Rank by one score alone: dense, lexical or late.")
@click.option("--folds", type=click.IntRange(2), metavar="N", help="Judge by confidences fitted to other articles.")
@click.option("--write", is_flag=True, help="Let the model at QA_WRITER write texts, and measure them, too.")
@click.option("--judge", metavar="MODEL", help="A model at QA_WRITER that judges the citations of what was written.")
@index_choice
@runs("evaluate", package="ir_measures", extra="eval")
def evaluate() -> None:
    """Measure retrieval, quotes, refusals and time on a file of questions (JSON Lines).

    \b
    Examples:
      qa eval questions.jsonl
      qa eval --misses --plot curves.svg questions.jsonl
    """


@qa.command("calibrate")
@click.argument("file", type=FOLDER_OR_FILE)
@click.option(
    "--set",
    "sets",
    nargs=2,
    multiple=True,
    required=True,
    type=FOLDER_OR_FILE,
    metavar="INDEX QUESTIONS",
    help="Folder of an index and questions about its articles; may be repeated.",
)
@click.option("--untrained", is_flag=True, help="Without the trained reader, for other models.")
@runs("calibrate", package="sklearn", extra="eval")
def calibrate() -> None:
    """Fit the confidence to questions whose answers are known, and write it to FILE as JSON."""


@qa.group("config")
def config() -> None:
    """Show the settings and where each of them comes from."""


@config.command("show")
@click.option("--json", "json_", is_flag=True, help="Print the settings as a JSON array.")
@runs("config")
def config_show() -> None:
    """Show each setting, its value and where it comes from; a token is not shown."""


@qa.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@runs("completion")
def completion() -> None:
    """Print the script that lets a shell complete qa's commands and options.

    \b
    Switch it on for good with one of these:
      qa completion bash >> ~/.bashrc
      qa completion zsh >> ~/.zshrc
      qa completion fish > ~/.config/fish/completions/qa.fish
    """
