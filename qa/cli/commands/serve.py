"""The body of ``qa serve``: the chat page and the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import web
from qa import factory
from qa.cli.commands.index import build
from qa.cli.environment import settings_with
from qa.cli.loading import close_with_command
from qa.errors import IndexMissing
from qa.exposure import check_exposure
from qa.uploads.staging import clear_staging
from web.serving import server


def run(folder: Path | None, insecure: bool, **options: Any) -> int:
    """Serve the site until SIGTERM or Ctrl-C; the index is built first where there is none."""
    settings = settings_with(articles=folder, **options)
    check_exposure(settings, insecure=insecure)
    try:
        engine = close_with_command(factory.open_engine(settings))
    except IndexMissing:
        build(settings)
        engine = close_with_command(factory.open_engine(settings))
    clear_staging(settings.articles)
    app = web.create_app(engine, settings)
    server.serve(app, settings.host, settings.port, settings.threads, started=_print_address)
    return 0


def _print_address(address: str) -> None:
    click.echo(f"Serving {address} (Ctrl-C stops)", err=True)
