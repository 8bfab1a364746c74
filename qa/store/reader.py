"""The current generation, opened as soon as it is switched in."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from qa.core_pool import CorePool
from qa.errors import QAError, StorageFailed
from qa.store.folder.cleanup import remove_replaced
from qa.store.folder.manifest import Pointer, require_current
from qa.store.snapshot import OpenSnapshot, open_snapshot

# Seconds between two looks at which generation is current.
LOOK_AGAIN = 0.2

log = logging.getLogger(__name__)


class IndexReader:
    """Always the newest generation that can be opened; a caller that still holds an older one keeps it whole."""

    def __init__(
        self, index_folder: Path, fingerprint: str, cores: CorePool | None = None, collection: str | None = None
    ) -> None:
        """Open the current generation; fingerprint, cores and collection are as in open_snapshot."""
        self._folder = index_folder
        self._fingerprint = fingerprint
        self._cores = cores
        self._collection = collection
        self._pointer = require_current(index_folder)
        self._snapshot = open_snapshot(index_folder, fingerprint, cores, collection)
        self._looked = time.monotonic()
        self._switching = threading.Lock()
        self._has_replaced = False

    def current(self) -> OpenSnapshot:
        """Return the newest generation; when it cannot be opened, the error is logged and the one before is kept."""
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
            self._snapshot = open_snapshot(self._folder, self._fingerprint, self._cores, self._collection)
        except StorageFailed:  # An I/O error may pass, so it is tried again.
            raise
        except QAError:
            self._pointer = pointer  # Damage stays, so it is reported once.
            raise
        self._pointer = pointer
        self._has_replaced = True
