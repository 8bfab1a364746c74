"""``qa mcp``: the articles as tools of a language model."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import click

from qa.cli.options import index_option, open_engine, settings_with
from qa.errors import BadSetting
from qa.exposure import bind, check_exposure

PORT = 8001


@click.command()
@click.option("--http", is_flag=True, help="Serve over HTTP instead of standard input and output.")
@click.option("--host", help="Address to serve on with --http.  [127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help=f"Port to serve on with --http.  [{PORT}]")
@click.option("--token", help="Token that every request has to bring with --http.  [QA_TOKEN]")
@click.option("--insecure", is_flag=True, help="Serve beyond this machine without a token.")
@index_option
def command(http: bool, host: str | None, port: int | None, insecure: bool, **options: Any) -> int:
    """Serve search, fetch and ask as tools by the Model Context Protocol.

    \b
    Examples:
      qa mcp           what a client starts by itself: {"command": "qa", "args": ["mcp"]}
      qa mcp --http    http://127.0.0.1:8001/mcp

    Addresses in the results lead to the site that qa serve runs (QA_HOST and QA_PORT, or QA_URL).
    """
    if find_spec("mcp") is None:
        raise BadSetting("qa mcp needs the package mcp. Install it with: pip install 'qa-articles[mcp]'")
    if not http and (host or port is not None or insecure):
        raise click.UsageError("--host, --port and --insecure are for --http.")
    from qa.mcp import server  # late: it loads the libraries of the protocol
    from qa.mcp.tools import Tools, site_address

    settings = settings_with(**options)
    if not http:
        server.serve_streams(Tools(open_engine(settings), site_address(settings)), settings.threads)
        return 0
    served = settings.with_options(host=host or "127.0.0.1", port=PORT if port is None else port)
    check_exposure(served, insecure=insecure)
    tools = Tools(open_engine(settings), site_address(settings))
    server.serve_http(tools, served, bind(served.host, served.port), _started)
    return 0


def _started(address: str) -> None:
    click.echo(f"Serving {address} (Ctrl-C stops)", err=True)
