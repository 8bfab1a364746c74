"""The tools served to language models by the Model Context Protocol, over standard streams or HTTP."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from typing import Any, TypeVar

import anyio
import msgspec
import uvicorn
from anyio import CapacityLimiter
from mcp.server.lowlevel import Server
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    TextContent,
    Tool,
    ToolAnnotations,
)
from starlette.types import ASGIApp

from qa.errors import ArticleNotFound, BadRequest, CollectionUnavailable, QAError
from qa.exposure import check_cors, trusted_hosts
from qa.mcp import resources, standard_streams
from qa.mcp.guard import guard
from qa.mcp.parameters import explain_parameters
from qa.mcp.records import (
    ArticleListing,
    CollectionListing,
    FetchArguments,
    Fetched,
    ListArguments,
    NoArguments,
    SearchArguments,
    SearchHits,
)
from qa.mcp.tools import Tools, arguments_of, input_schema, output_schema
from qa.records import Answer
from qa.requests import BODY_BYTES, AskRequest, WrittenAsk
from qa.settings import Settings

PATH = "/mcp"
INSTRUCTIONS = (
    "Answers from a folder of articles, as exact quotations. Use ask for a question, search and fetch to read on, and "
    "list_articles to see what there is. "
    "Quote only what the results contain, name the article, and give its url. When ask says that the articles do not "
    "answer, say so."
)
OF_COLLECTIONS = (
    " The articles are in several collections: list_collections names them, every tool takes the name of one as"
    " collection, and without it the first is asked."
)
UNAVAILABLE = "The service is temporarily unavailable. The server's log has the reason."
TITLES = {
    "search": "Search the articles",
    "fetch": "Fetch a passage or an article",
    "ask": "Ask the articles",
    "list_articles": "List the articles",
    "list_collections": "List the collections",
}
TAKES: dict[str, type[msgspec.Struct]] = {
    "search": SearchArguments,
    "fetch": FetchArguments,
    "ask": AskRequest,
    "list_articles": ListArguments,
    "list_collections": NoArguments,
}
SENDS: dict[str, type] = {
    "search": SearchHits,
    "fetch": Fetched,
    "ask": Answer,
    "list_articles": ArticleListing,
    "list_collections": CollectionListing,
}

Result = TypeVar("Result")

_log = logging.getLogger("qa.mcp")


def make_server(tools: Tools, threads: int) -> Server[Any]:
    """Return a server of these tools that runs at most `threads` calls at once."""
    calls = _calls(tools)
    takes: dict[str, type[msgspec.Struct]] = TAKES if tools.writer is None else {**TAKES, "ask": WrittenAsk}
    sends_out = tools.writer is not None and not tools.writer.is_local
    limiter = CapacityLimiter(threads)

    async def list_tools(_: Any, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(
            tools=[_described(name, calls[name], takes[name], open_world=sends_out and name == "ask") for name in calls]
        )

    async def call_tool(_: Any, params: CallToolRequestParams) -> CallToolResult:
        if params.name not in calls:
            raise MCPError(INVALID_PARAMS, f"There is no tool {params.name[:80]!r}: {', '.join(calls)}.")
        call = partial(_call, calls[params.name], takes[params.name], params.arguments or {})
        return await anyio.to_thread.run_sync(call, limiter=limiter)

    async def list_resources(_: Any, params: PaginatedRequestParams | None) -> ListResourcesResult:
        return await _reached(partial(resources.list_resources, tools.collections, params), limiter)

    async def list_templates(_: Any, __: PaginatedRequestParams | None) -> ListResourceTemplatesResult:
        return resources.list_templates(tools.collections)

    async def read_resource(_: Any, params: ReadResourceRequestParams) -> ReadResourceResult:
        return await _reached(partial(resources.read_resource, tools.collections, params), limiter)

    server: Server[Any] = Server(
        "qa",
        version=version("qa-articles"),
        title="Ask the articles",
        instructions=INSTRUCTIONS + (OF_COLLECTIONS if _are_named(tools) else ""),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )
    server.middleware.append(explain_parameters)
    return server


def serve_streams(tools: Tools, threads: int) -> None:
    """Serve one client over standard input and output until it closes them and has all answers.

    Raises OSError where what answers cannot be written: BrokenPipeError when the client has gone.
    """
    try:
        anyio.run(standard_streams.serve, make_server(tools, threads))
    except Exception as error:
        failed = _os_error(error)
        if failed is None:
            raise
        raise failed from error


def serve_http(
    tools: Tools, settings: Settings, listening: socket.socket, started: Callable[[str], None] | None = None
) -> None:
    """Serve clients over HTTP on this bound socket until SIGTERM or Ctrl-C; ``started`` is told the address.

    SIGTERM ends the program with 0. Hosts and origins are those that the site trusts, and origins that QA_CORS names;
    with a token in the settings every request has to bring it.
    """
    config = uvicorn.Config(
        http_app(tools, settings), log_level="warning", access_log=False, server_header=False, lifespan="on"
    )
    # uvicorn finishes what is in work and then raises the signal again.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if started is not None:
        host, port = listening.getsockname()[:2]
        started(f"http://{f'[{host}]' if ':' in host else host}:{port}{PATH}")
    uvicorn.Server(config).run(sockets=[listening])


def http_app(tools: Tools, settings: Settings) -> ASGIApp:
    """Return the tools as an application for HTTP; raises BadSetting for origins that may not be shared with."""
    check_cors(settings)
    hosts = trusted_hosts(settings)
    security = TransportSecuritySettings(
        allowed_hosts=[*hosts, *(f"{host}:*" for host in hosts)],
        allowed_origins=[
            f"{scheme}://{host}{port}" for scheme in ("http", "https") for host in hosts for port in ("", ":*")
        ],
    )
    app = make_server(tools, settings.threads).streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=BODY_BYTES,
        transport_security=security,
    )
    return guard(app, settings)


def _os_error(error: BaseException) -> OSError | None:
    """Return the OSError that this is, or the first one in a group of errors."""
    if isinstance(error, OSError):
        return error
    inner: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    return next((found for one in inner if (found := _os_error(one)) is not None), None)


def _calls(tools: Tools) -> dict[str, Callable[[Any], object]]:
    calls: dict[str, Callable[[Any], object]] = {
        "search": tools.search,
        "fetch": tools.fetch,
        "ask": tools.ask,
        "list_articles": tools.list_articles,
    }
    return {**calls, "list_collections": tools.list_collections} if _are_named(tools) else calls


def _are_named(tools: Tools) -> bool:
    return tools.collections.default.name is not None


def _described(name: str, call: Callable[[Any], object], takes: type[msgspec.Struct], *, open_world: bool) -> Tool:
    return Tool(
        name=name,
        title=TITLES[name],
        description=str(call.__doc__).partition("; raises")[0].rstrip(".") + ".",
        input_schema=input_schema(takes),
        output_schema=output_schema(SENDS[name]),
        annotations=ToolAnnotations(
            title=TITLES[name], read_only_hint=True, idempotent_hint=True, open_world_hint=open_world
        ),
    )


async def _reached(call: Callable[[], Result], limiter: CapacityLimiter) -> Result:
    """Return what the call returns, in a thread; an index that cannot be read is told without names of files."""
    try:
        return await anyio.to_thread.run_sync(call, limiter=limiter)
    except QAError as error:
        _log.error("%s: %s", type(error).__name__, error)
        raise MCPError(INTERNAL_ERROR, UNAVAILABLE) from error


def _call(call: Callable[[Any], object], takes: type[msgspec.Struct], given: dict[str, Any]) -> CallToolResult:
    try:
        result = msgspec.to_builtins(call(arguments_of(takes, given)))
    except (BadRequest, ArticleNotFound) as error:
        return _failure(str(error))
    except CollectionUnavailable as error:
        _log.error("%s", error.__cause__)
        return _failure(str(error))
    except QAError as error:
        # What stands in the message may name files of this machine.
        _log.error("%s: %s", type(error).__name__, error)
        return _failure(UNAVAILABLE)
    text = msgspec.json.encode(result).decode()
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=result)


def _failure(words: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=words)], is_error=True)
