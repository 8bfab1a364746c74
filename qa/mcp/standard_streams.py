"""The tools over standard input and output; every request before the end of input is answered."""

from __future__ import annotations

from collections import Counter
from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from qa.mcp.lines import messages_of

# How long the end of input waits for the answers to what was asked before it.
PATIENCE_SECONDS = 60

Received = SessionMessage | Exception


class OpenRequests:
    """The requests that are not answered yet."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._changed = anyio.Event()

    def note_received(self, received: SessionMessage) -> None:
        """Remember a request; one that the client cancels gets no answer."""
        message = received.message
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
        self._open[identifier] = max(0, self._open[identifier] - 1)
        self._changed.set()


async def serve(server: Server[Any]) -> None:
    """Serve one client over standard input and output until it closes them and has all answers.

    The library drops the requests that are in work when the input ends, so the server learns of the end later. It also
    drops lines that it cannot read, for whose answer a client would wait.
    """
    requests = OpenRequests()
    to_server, received = anyio.create_memory_object_stream[Received]()
    answers, from_server = anyio.create_memory_object_stream[SessionMessage]()
    async with stdio_server() as (read, write), anyio.create_task_group() as tasks:
        tasks.start_soon(_pass_requests, read, to_server, answers.clone(), requests)
        tasks.start_soon(_pass_answers, from_server, write, requests)
        await server.run(received, answers, server.create_initialization_options())


async def _pass_requests(
    read: Any,
    to_server: MemoryObjectSendStream[Received],
    refusals: MemoryObjectSendStream[SessionMessage],
    requests: OpenRequests,
) -> None:
    async with read, to_server, refusals:
        async for received in read:
            for one in messages_of(received):
                if isinstance(one, JSONRPCError):
                    await refusals.send(SessionMessage(one))
                else:
                    requests.note_received(one)
                    await to_server.send(one)
        with anyio.move_on_after(PATIENCE_SECONDS):
            await requests.wait()


async def _pass_answers(
    from_server: MemoryObjectReceiveStream[SessionMessage], write: Any, requests: OpenRequests
) -> None:
    async with from_server, write:
        async for sent in from_server:
            await write.send(sent)
            requests.note_sent(sent)
