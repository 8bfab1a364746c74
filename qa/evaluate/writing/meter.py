"""What a writer writes, counted and timed."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from qa.writing.prompt import RULES
from qa.writing.writer import Writer, WriteTask

CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Run:
    """A text as it came: seconds to its first piece and to its end, and about how many tokens were read and written."""

    text: str
    first_seconds: float
    seconds: float
    tokens_read: int
    tokens_written: int


class MeteredWriter:
    """A writer that keeps the run of its last text, stopped or whole."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.last = Run("", 0.0, 0.0, 0, 0)

    @property
    def model(self) -> str:
        return self._writer.model

    @property
    def host(self) -> str:
        return self._writer.host

    def write(self, task: WriteTask) -> Generator[str, None, None]:
        text, began, first = "", time.perf_counter(), 0.0
        read = RULES + task.question + "".join(source.title + source.text for source in task.sources)
        try:
            with closing(self._writer.write(task)) as pieces:
                for piece in pieces:
                    first = first or time.perf_counter() - began
                    text += piece
                    yield piece
        finally:
            seconds = time.perf_counter() - began
            self.last = Run(text, first or seconds, seconds, _tokens(read), _tokens(text))


def _tokens(text: str) -> int:
    return -(-len(text) // CHARACTERS_PER_TOKEN)
