"""How many processor cores there are to use, and whose turn it is to use them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

Result = TypeVar("Result")


def cores() -> int:
    """Return how many cores this process may run on, at least one."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Turns:
    """Lets no more work run at once than there are cores: more would only take the interpreter from each other.

    ``with turns`` waits for a turn. Who has one may give a part of the work to a core that nobody uses.
    """

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._helpers = ThreadPoolExecutor(count, thread_name_prefix="beside")

    def __enter__(self) -> None:
        self._free.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._free.release()

    def beside(self, work: Callable[[], Result]) -> Callable[[], Result] | None:
        """Begin the work on a core that is free now and return what waits for its result; None where no core is free.

        The work must not ask for a turn.
        """
        if not self._free.acquire(blocking=False):
            return None
        begun = self._helpers.submit(work)
        begun.add_done_callback(lambda _: self._free.release())
        return begun.result
