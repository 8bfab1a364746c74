"""``qa mcp``: the articles as tools of a language model."""

from __future__ import annotations

from typing import Any

import click

from qa.cli.options import index_option, settings_with
from qa.errors import BadSetting

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
    tools_of, serve = _parts()
    settings = settings_with(**options)
    if not http and (host or port is not None):
        raise click.UsageError("--host and --port are for --http.")
    tools = tools_of(settings)
    if not http:
        serve.serve_streams(tools, settings.threads)
        return 0
    from web.security import check_exposure
    from web.server import bind

    served = settings.with_options(host=host or "127.0.0.1", port=PORT if port is None else port)
    check_exposure(served, insecure=insecure)
    listening = bind(served.host, served.port)
    serve.serve_http(tools, served, listening, lambda address: click.echo(f"Serving {address}", err=True))
    return 0


def _parts() -> tuple[Any, Any]:
    """Return what makes the tools and what serves them; the protocol is an extra that may not be installed."""
    try:
        from qa.mcp import server
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in {"qa", "web"}:
            raise
        raise BadSetting(
            f"qa mcp needs the package {error.name}. Install it with: pip install 'qa-articles[mcp]'"
        ) from error
    from qa import factory
    from qa.mcp.tools import Tools, site_address

    return lambda settings: Tools(factory.open_engine(settings), site_address(settings)), server
