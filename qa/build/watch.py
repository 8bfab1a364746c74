"""Builds after each burst of changes in a folder, until it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from qa.errors import BadSetting, QAError

# A burst of changes ends after this pause; a longer burst is built after LONGEST_BURST_MS all the same.
QUIET_MS = 500
LONGEST_BURST_MS = 10_000
# The pause before a failed build is tried again, and before a folder that disappeared is looked for again.
RETRY_MS = 5_000


def require_watchfiles() -> None:
    """Raise BadSetting when watchfiles is not installed."""
    if find_spec("watchfiles") is None:
        raise BadSetting("Watching needs watchfiles: pip install 'qa-articles[watch]'")


def follow(
    folder: Path,
    index_folder: Path,
    build: Callable[[], object],
    failed: Callable[[QAError], None],
    stop: threading.Event,
) -> None:
    """Build now and after every change in the folder until ``stop`` is set.

    An error that ends a build is given to ``failed``, and the build is tried again; the index stays as it is. A folder
    that disappears is waited for. Raises BadSetting when watchfiles is not installed.
    """
    require_watchfiles()
    from watchfiles import watch

    root, index = folder.resolve(), index_folder.resolve()

    def is_article(_: object, path: str) -> bool:
        return _may_matter(Path(path), root, index)

    while not stop.is_set():
        done = _try(build, failed)
        if not root.is_dir():
            stop.wait(RETRY_MS / 1000)
            continue
        for changes in watch(
            root,
            watch_filter=is_article,
            debounce=LONGEST_BURST_MS,
            step=QUIET_MS,
            stop_event=stop,
            rust_timeout=RETRY_MS,
            yield_on_timeout=True,
            raise_interrupt=True,
        ):
            if not root.is_dir():
                break
            if changes or not done:
                done = _try(build, failed)


def _try(build: Callable[[], object], failed: Callable[[QAError], None]) -> bool:
    try:
        build()
    except QAError as error:
        failed(error)
        return False
    return True


def _may_matter(path: Path, root: Path, index: Path) -> bool:
    """Return whether a change there can change the index: not in hidden files and folders, nor in the index itself."""
    if path.is_relative_to(index):
        return False
    inside = path.relative_to(root).parts if path.is_relative_to(root) else ()
    return not any(part.startswith(".") for part in inside)
