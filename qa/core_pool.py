"""How many processor cores there are to use, and a pool that shares them among questions."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import TypeVar

Result = TypeVar("Result")


def core_count() -> int:
    """Return how many cores this process may run on, at least one."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class CorePool:
    """Limits concurrent work to the number of cores; more threads would only contend for the interpreter lock.

    ``with pool`` waits for a core and holds it. Work that holds one may start a part of itself on a core that is free.
    """

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._helpers = ThreadPoolExecutor(count, thread_name_prefix="core")

    def __enter__(self) -> None:
        self._free.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._free.release()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Give back the core that this thread holds while a block waits for something else, such as a network."""
        self._free.release()
        try:
            yield
        finally:
            self._free.acquire()

    def submit_if_free(self, work: Callable[[], Result]) -> Callable[[], Result] | None:
        """Start the work on a free core and return a function that waits for its result; None when no core is free.

        The work must not ask for a core itself.
        """
        if not self._free.acquire(blocking=False):
            return None
        begun = self._helpers.submit(work)
        begun.add_done_callback(lambda _: self._free.release())
        return begun.result
