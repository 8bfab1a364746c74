"""``qa serve``: the chat page and the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from qa.cli.commands.index import build
from qa.cli.options import index_option, open_engine, settings_with
from qa.errors import IndexMissing
from qa.exposure import check_exposure


def _filled(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuse an empty value: a variable that is not set would silently serve without a token."""
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty.", ctx, option)
    return value


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--host", callback=_filled, help="Address to serve on.  [QA_HOST, 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to serve on; 0 takes a free one.  [QA_PORT, 8000]")
@click.option("--threads", type=click.IntRange(1, 256), help="Threads that answer.  [QA_THREADS, 4]")
@click.option(
    "--token",
    callback=_filled,
    help="Token that every request has to bring; given as QA_TOKEN it stays out of the list of processes.",
)
@click.option("--insecure", is_flag=True, help="Let everyone who can reach the address ask, without a token.")
@index_option
def command(folder: Path | None, insecure: bool, **options: Any) -> int:
    """Serve the chat page and the API; the index is built first where there is none.

    \b
    Examples:
      qa serve                               http://127.0.0.1:8000
      qa serve --port 0                      a free port; the address is printed
      QA_TOKEN=... qa serve --host 0.0.0.0   for other machines, with a token

    The address is printed on standard error once it can be asked, then a line of JSON for each request. Ctrl-C and
    SIGTERM stop after the requests in flight.
    """
    from web import create_app  # late: it loads the libraries of the site
    from web.serving.server import serve

    settings = settings_with(articles=folder, **options)
    check_exposure(settings, insecure=insecure)
    try:
        engine = open_engine(settings)
    except IndexMissing:
        build(settings)
        engine = open_engine(settings)
    app = create_app(engine, settings)
    serve(app, settings.host, settings.port, settings.threads, started=_started)
    return 0


def _started(address: str) -> None:
    click.echo(f"Serving {address} (Ctrl-C stops)", err=True)
