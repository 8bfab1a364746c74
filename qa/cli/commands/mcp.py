"""The body of ``qa mcp``: the articles as tools of a language model."""

from __future__ import annotations

from typing import Any

import click

from qa import factory
from qa.cli.command_line import MCP_PORT
from qa.cli.environment import say_outdated, settings_with
from qa.cli.loading import close_with_command
from qa.cli.text_format import one_line
from qa.exposure import bind, check_exposure, site_address
from qa.mcp import server
from qa.mcp.tools import Tools
from qa.settings import Settings


def run(http: bool, host: str | None, port: int | None, insecure: bool, **options: Any) -> int:
    """Serve the tools until the client closes the streams, or over HTTP until Ctrl-C."""
    if not http and (host or port is not None or insecure):
        raise click.UsageError("--host, --port and --insecure are for --http.")
    settings = settings_with(collections=() if options["index"] else None, **options)
    if not http:
        server.serve_streams(_tools(settings), settings.threads)
        return 0
    served = settings.with_options(host=host or "127.0.0.1", port=MCP_PORT if port is None else port)
    check_exposure(served, insecure=insecure)
    server.serve_http(_tools(settings), served, bind(served.host, served.port), _print_address)
    return 0


def _tools(settings: Settings) -> Tools:
    collections = close_with_command(factory.open_collections(settings))
    collections.open()
    for one in collections:
        if one.failure:
            click.echo(f"qa: {one_line(f'{one.name}: {one.failure}')}", err=True)
        else:
            say_outdated(one.settings)
    return Tools(collections, site_address(settings), factory.open_writer(settings, next(collections.available())))


def _print_address(address: str) -> None:
    click.echo(f"Serving {address} (Ctrl-C stops)", err=True)
