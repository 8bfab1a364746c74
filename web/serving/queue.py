"""The queue in front of the threads that answer: bounded, with a lane of its own for what tells how the site is."""

from __future__ import annotations

from collections.abc import Callable

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import Error

# Enough for a burst, and little enough that who waits at its end still gets an answer soon.
QUEUE_LIMIT = 64
EXPRESS = {"/healthz", "/readyz", "/metrics"}


class Overloaded(Error):  # type: ignore[misc]  # waitress is untyped
    """More requests are waiting than can be answered soon."""

    code = 503
    reason = "Service Unavailable"


class BoundedDispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress is untyped
    """Threads with a queue of at most `limit` requests.

    A request over the limit is refused at once, by a thread that serves only refusals and the express paths.
    """

    def __init__(self, limit: int, refused: Callable[[], None]) -> None:
        super().__init__()
        self._limit = limit
        self._refused = refused
        self._express = ThreadedTaskDispatcher()
        self._express.set_thread_count(1)

    def add_task(self, task: HTTPChannel) -> None:
        """Queue the first request of a connection."""
        request = task.requests[0]
        if request.error or request.path in EXPRESS:
            self._express.add_task(task)
        elif len(self.queue) >= self._limit:
            request.error = Overloaded("")
            self._refused()
            self._express.add_task(task)
        else:
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """Stop all threads; returns whether requests that still waited were dropped."""
        self._express.shutdown(cancel_pending, timeout)
        return bool(super().shutdown(cancel_pending, timeout))
