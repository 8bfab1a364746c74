"""One collection: its settings, and its engine, which is opened when it is first asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from qa.collections.states import REASONS, CollectionState, read_state, state_of, stored_info, unavailable
from qa.errors import QAError
from qa.protocols import AnswerEngine, Encoder, Snapshot
from qa.records import Answer, IndexInfo, SearchResult
from qa.requests import AskRequest, SearchRequest
from qa.settings import Settings

# Seconds before an index that could not be opened is tried again.
RETRY_SECONDS = 5.0


class OpenEngine(AnswerEngine, Protocol):
    """An engine that holds files until it is closed."""

    def close(self) -> None: ...


class Collection:
    """A folder of articles and its index, as an AnswerEngine that is opened when it is first asked.

    Any number of threads may ask it.
    """

    def __init__(self, settings: Settings, open_engine: Callable[[Settings], OpenEngine]) -> None:
        self.settings = settings
        self._open_engine = open_engine
        self._opening = threading.Lock()
        self._engine: OpenEngine | None = None
        self._failure: QAError | None = None
        self._tried = 0.0

    @property
    def name(self) -> str | None:
        """Return the name among several collections, None where one folder has none."""
        return self.settings.collection

    @property
    def failure(self) -> str:
        """Return in words why it could not be opened when it was last tried, "" where it could."""
        return "" if self._failure is None else REASONS[state_of(self._failure)]

    @property
    def engine(self) -> AnswerEngine:
        """Return the engine, opened at the first call.

        Raises CollectionUnavailable, from the reason, for a collection with a name, else what opening an index raises.
        An index that could not be opened is tried again after RETRY_SECONDS.
        """
        with self._opening:
            if self._engine is None:
                self._engine = self._opened()
            return self._engine

    @property
    def snapshot(self) -> Snapshot:
        """Return the current snapshot."""
        return self.engine.snapshot

    @property
    def encoder(self) -> Encoder:
        """Return the encoder of the questions."""
        return self.engine.encoder

    def search(self, request: SearchRequest) -> SearchResult:
        """Return what the engine finds."""
        return self.engine.search(request)

    def ask(self, request: AskRequest) -> Answer:
        """Return what the engine answers."""
        return self.engine.ask(request)

    def state(self) -> CollectionState:
        """Return whether the collection can be asked; one that was never asked is not opened for good by this."""
        return read_state(self.settings, self._info)

    def forget_failure(self) -> None:
        """Let the next call open the index at once, as after a build."""
        with self._opening:
            self._failure = None

    def close(self) -> None:
        """Close the engine where it is open."""
        with self._opening:
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    def _opened(self) -> OpenEngine:
        if self._failure is None or time.monotonic() - self._tried >= RETRY_SECONDS:
            try:
                self._failure, engine = None, self._open_engine(self.settings)
            except QAError as error:
                self._failure, self._tried = error, time.monotonic()
            else:
                return engine
        if self.name is None:
            raise self._failure
        raise unavailable(self.name, self._failure) from self._failure

    def _info(self) -> IndexInfo:
        if self._engine is not None or self._failure is not None:
            return self.engine.snapshot.info
        return stored_info(self.settings)
