"""Folders for unfinished work in the temporary folder of a machine.

Each is locked by the process that works in it, so those of processes that were killed are known, and removed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "qa-scratch-"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give an empty folder that goes with the block; those that nobody works in any more are removed first."""
    parent = Path(tempfile.gettempdir())
    # No other process of this user may look between the making of a folder and its lock.
    with (parent / f".{PREFIX}{os.getuid()}.lock").open("ab") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        _remove_abandoned(parent)
        place = Path(tempfile.mkdtemp(prefix=PREFIX))
        held = _hold(place)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(held)


def scratch_folders() -> list[Path]:
    """Return all such folders of this machine, in use or not."""
    return sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))


def _remove_abandoned(parent: Path) -> None:
    for path in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # it is in use, or another user's
            held = _hold(path)
            shutil.rmtree(path, ignore_errors=True)
            os.close(held)


def _hold(folder: Path) -> int:
    """Lock a folder for this process; raises BlockingIOError where another one has it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
