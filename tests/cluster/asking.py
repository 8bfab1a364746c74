"""Questions that are asked of an index on one machine and of the same index in shards."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

from qa.answer.engine import Engine
from qa.protocols import SnapshotSource
from qa.records import Answer
from qa.requests import AskRequest, Turn

QUESTIONS = [
    AskRequest("How many people died in the flood of 1950?"),
    AskRequest("Who is the mayer of Riverton?"),
    AskRequest("And when was it opened?", history=(Turn("What is the harbour bridge?", "A bridge over the river."),)),
    AskRequest("Which spellings has Aleksey Morozov?", since="2020-01-01"),
    AskRequest("When was the harbour bridge opened?", articles=("harbour/05", "town/10")),
    AskRequest("What colour is the moon?"),
    AskRequest("Who spent 2,400,000 euros?"),
]


def over(engine: Engine, source: SnapshotSource) -> Engine:
    """Return the engine over another index of the same articles."""
    other = copy(engine)
    other._snapshots = source
    return other


def ask(engine: Engine, request: AskRequest) -> Answer:
    """Return the answer without the time that it took."""
    return replace(engine.ask(request), took_ms=0.0)
