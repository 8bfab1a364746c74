"""How long work reports how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives how far a stage is, such as reading or encoding: ``done`` of ``total`` files, texts or questions."""

    def __call__(self, stage: str, done: int, total: int) -> None: ...


def silent(stage: str, done: int, total: int) -> None:
    """Ignore the progress."""
