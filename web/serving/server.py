"""Serving over HTTP: waitress for many idle connections, and a stop that finishes the requests in flight."""

from __future__ import annotations

import logging
import secrets
import signal
import sys
import time
from collections.abc import Callable, Sized
from http import HTTPStatus
from types import FrameType
from typing import cast

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask
from waitress.wasyncore import dispatcher, poll2

from qa.exposure import BACKLOG, bind
from web.bodies import too_large
from web.problems import RETRY_SECONDS, STATUS_WORDS, problem_json
from web.serving.bodies import READ_BYTES, BoundedParser, read_limit
from web.serving.log import write_line, write_to_standard_error
from web.serving.metrics import Metrics
from web.serving.queue import QUEUE_LIMIT, BoundedDispatcher, Overloaded
from web.serving.security import HEADERS
from web.site import Site

if sys.platform != "win32":
    import resource

HEADER_BYTES = 32 * 1024
IDLE_SECONDS = 60
DRAIN_SECONDS = 30.0
OVERLOADED = "More questions are waiting here than can be answered soon. Ask again in a moment."
# Files, pipes and the index need descriptors too.
KEPT_FREE = 200
MOST_CONNECTIONS = 20_000


def serve(app: Flask, host: str, port: int, threads: int, started: Callable[[str], None] | None = None) -> None:
    """Serve the application until SIGTERM or Ctrl-C, then finish the requests in flight and return.

    ``started`` is told the address once requests are taken; port 0 takes a free port. Raises BadSetting when the port
    cannot be had, KeyboardInterrupt after Ctrl-C.
    """
    write_to_standard_error()
    server = Server(app, host, port, threads)
    before = signal.signal(signal.SIGTERM, server.stop_on_signal)
    try:
        if started is not None:
            started(server.address)
        server.run()
    finally:
        signal.signal(signal.SIGTERM, before)


class Server:
    """A server that is bound and takes connections, but answers them only in ``run``."""

    def __init__(self, app: Flask, host: str, port: int, threads: int, queue_limit: int = QUEUE_LIMIT) -> None:
        listening = bind(host, port)
        self._site: Site = app.extensions["qa"]
        self._stopping = False
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        metrics: Metrics = app.extensions["qa_metrics"]
        queue = BoundedDispatcher(queue_limit, metrics.overload)
        queue.set_thread_count(threads)
        adjustments = Adjustments(
            sockets=[listening],
            connection_limit=_connection_limit(),
            channel_timeout=IDLE_SECONDS,
            backlog=BACKLOG,
            max_request_body_size=READ_BYTES,
            max_request_header_size=HEADER_BYTES,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
        adjustments.read_limit = read_limit(app)
        self._map: dict[int, dispatcher] = {}
        place = (listening.family, listening.type, listening.proto, listening.getsockname())
        self._server = _Listener(
            app, self._map, _sock=listening, dispatcher=queue, adj=adjustments, sockinfo=place, bind_socket=False
        )
        self.port = int(listening.getsockname()[1])
        self.address = f"http://{host if ':' not in host else f'[{host}]'}:{self.port}"

    @property
    def waiting(self) -> Sized:
        """Return the requests that wait for a thread."""
        return cast(Sized, self._server.task_dispatcher.queue)

    def run(self) -> None:
        """Answer requests until stopped, then finish those in flight."""
        try:
            while not self._stopping:
                poll2(1.0, self._map)
        finally:
            self._site.ready = False
            self._drain()

    def stop(self) -> None:
        """Let ``run`` end; from now on the site is not ready. Safe to call from any thread, and more than once."""
        if self._stopping:
            return
        self._stopping = True
        self._site.ready = False
        self._server.pull_trigger()

    def stop_on_signal(self, number: int, frame: FrameType | None) -> None:
        """Stop, as a handler of signals."""
        self.stop()

    def _drain(self) -> None:
        self._server.handle_accept()
        dispatcher.close(self._server)
        deadline = time.monotonic() + DRAIN_SECONDS
        quiet_passes = 0
        # One pass without work is not the end: a request may still lie unread in the kernel's buffer.
        while quiet_passes < 3 and time.monotonic() < deadline:
            poll2(0.05, self._map)
            quiet_passes = 0 if self._busy() else quiet_passes + 1
        self._server.task_dispatcher.shutdown()
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        self._server.trigger.close()

    def _busy(self) -> bool:
        channels: list[HTTPChannel] = list(self._server.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


class _Refusal(ErrorTask):  # type: ignore[misc]  # waitress is untyped
    """What is answered to bytes that are not a request that the application could see."""

    def execute(self) -> None:
        error = self.request.error
        identifier = secrets.token_hex(8)
        overloaded = isinstance(error, Overloaded)
        path = getattr(self.request, "path", "")
        known = {**STATUS_WORDS, HTTPStatus.REQUEST_ENTITY_TOO_LARGE: too_large(path)}
        detail = OVERLOADED if overloaded else known.get(error.code, f"{error.reason}.")
        body = problem_json(error.code, detail, identifier, path)
        if overloaded:
            self.response_headers.append(("Retry-After", RETRY_SECONDS))
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend(HEADERS.items())
        self.response_headers.append(("X-Request-Id", identifier))
        self.response_headers.append(("Content-Type", "application/problem+json"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)
        write_line(
            {
                "request_id": identifier,
                "method": getattr(self.request, "command", None),
                "route": None,
                "status": error.code,
            }
        )


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress is untyped
    error_task_class = _Refusal
    parser_class = BoundedParser


class _Listener(TcpWSGIServer):  # type: ignore[misc]  # waitress is untyped
    """Takes all connections that wait at once: one for each pass over thousands of idle ones would take seconds."""

    channel_class = _Channel

    def handle_accept(self) -> None:
        for _ in range(BACKLOG):
            before = len(self._map)
            super().handle_accept()
            if len(self._map) == before or len(self._map) >= self.adj.connection_limit:
                return


def _connection_limit() -> int:
    """Return how many connections may be open, after raising the limit on open files as far as allowed."""
    if sys.platform == "win32":
        return MOST_CONNECTIONS
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + KEPT_FREE
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(allowed - KEPT_FREE, 50)
