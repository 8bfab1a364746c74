"""The generation that is current, taken up as soon as it is switched in."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from qa.errors import QAError, StorageFailed
from qa.store.folder.cleanup import remove_replaced
from qa.store.folder.manifest import Pointer, require_current
from qa.store.snapshot import OpenSnapshot, open_snapshot

LOOK_AGAIN = 0.2

log = logging.getLogger(__name__)


class IndexReader:
    """Always the newest generation that can be opened; whoever still holds an older one keeps it whole."""

    def __init__(self, index_folder: Path, fingerprint: str) -> None:
        self._folder = index_folder
        self._fingerprint = fingerprint
        self._pointer = require_current(index_folder)
        self._snapshot = open_snapshot(index_folder, fingerprint)
        self._looked = time.monotonic()
        self._switching = threading.Lock()
        self._has_replaced = False

    def current(self) -> OpenSnapshot:
        """Return the current generation; one that cannot be opened is reported and the one before it goes on."""
        if time.monotonic() - self._looked >= LOOK_AGAIN and self._switching.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._switching.release()
        return self._snapshot

    def close(self) -> None:
        """Close the generation that answers now; one that was replaced is removed with its last reader."""
        self._snapshot.close()

    def _look(self) -> None:
        self._looked = time.monotonic()
        try:
            pointer = require_current(self._folder)
            if pointer != self._pointer:
                self._take_up(pointer)
        except QAError as error:
            log.error("Still answering from generation %s: %s", self._snapshot.manifest.name, error)
        if self._has_replaced:
            self._has_replaced = remove_replaced(self._folder)

    def _take_up(self, pointer: Pointer) -> None:
        try:
            self._snapshot = open_snapshot(self._folder, self._fingerprint)
        except StorageFailed:  # The system refuses for now: it is tried again.
            raise
        except QAError:
            self._pointer = pointer  # Damage stays: it is reported once.
            raise
        self._pointer = pointer
        self._has_replaced = True
