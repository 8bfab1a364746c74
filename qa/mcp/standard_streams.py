"""The tools over standard input and output; every request before the end of input is answered."""

from __future__ import annotations

from collections import Counter
from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.shared.message import SessionMessage
from mcp_types import INVALID_PARAMS, JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

# How long the end of input waits for the answers to what was asked before it.
PATIENCE_SECONDS = 60
NOT_INITIALISED = "The session is not initialised. Send initialize first, then this request again."

Received = SessionMessage | Exception


class OpenRequests:
    """The requests that are not answered yet."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._changed = anyio.Event()

    def note_received(self, received: Received) -> None:
        """Remember a request; one that the client cancels gets no answer."""
        message = received.message if isinstance(received, SessionMessage) else None
        if isinstance(message, JSONRPCRequest):
            self._open[str(message.id)] += 1
        elif isinstance(message, JSONRPCNotification) and message.method == "notifications/cancelled":
            self._close(str((message.params or {}).get("requestId")))

    def note_sent(self, sent: SessionMessage) -> None:
        """Forget the request that this message answers."""
        if isinstance(sent.message, JSONRPCResponse | JSONRPCError):
            self._close(str(sent.message.id))

    async def wait(self) -> None:
        """Return when every request is answered."""
        while +self._open:
            self._changed = anyio.Event()
            await self._changed.wait()

    def _close(self, identifier: str) -> None:
        self._open[identifier] -= 1
        self._changed.set()


async def serve(server: Server[Any]) -> None:
    """Serve one client over standard input and output until it closes them and has all answers.

    The library drops the requests that are in work when the input ends, so the server learns of the end later.
    """
    server.middleware.append(_explain_order)
    requests = OpenRequests()
    to_server, received = anyio.create_memory_object_stream[Received]()
    answers, from_server = anyio.create_memory_object_stream[SessionMessage]()
    async with stdio_server() as (read, write), anyio.create_task_group() as tasks:
        tasks.start_soon(_pass_requests, read, to_server, requests)
        tasks.start_soon(_pass_answers, from_server, write, requests)
        await server.run(received, answers, server.create_initialization_options())


async def _pass_requests(read: Any, to_server: MemoryObjectSendStream[Received], requests: OpenRequests) -> None:
    async with read, to_server:
        async for received in read:
            requests.note_received(received)
            await to_server.send(received)
        with anyio.move_on_after(PATIENCE_SECONDS):
            await requests.wait()


async def _pass_answers(
    from_server: MemoryObjectReceiveStream[SessionMessage], write: Any, requests: OpenRequests
) -> None:
    async with from_server, write:
        async for sent in from_server:
            await write.send(sent)
            requests.note_sent(sent)


async def _explain_order(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Say what is missing where a request comes before the session is initialised; the library names no reason."""
    try:
        return await call_next(ctx)
    except MCPError as error:
        if error.code == INVALID_PARAMS and error.data == "" and ctx.session.client_params is None:
            raise MCPError(INVALID_PARAMS, NOT_INITIALISED) from error
        raise
