"""The seam of a writer: it gets numbered quotations and a question, and writes; what it writes is checked elsewhere."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from qa.errors import QAError
from qa.text.overviews import Overview


@dataclass(frozen=True, slots=True)
class Source:
    """A quotation that may be written from, by its marker in the answer."""

    marker: int
    title: str
    date: str | None
    text: str


@dataclass(frozen=True, slots=True)
class WriteTask:
    """A question and the quotations that answer it, in the order in which they are to be read.

    ``overview`` says that a summary, a comparison or a timeline is wanted.
    """

    question: str
    sources: tuple[Source, ...]
    overview: Overview | None = None


class WriterFailed(QAError):
    """The writer could not write to the end; ``code`` is stable, the message is for people and names no key."""

    exit_code = 3

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Writer(Protocol):
    """Writes a text from quotations. Closing the generator ends the writing at once."""

    @property
    def model(self) -> str: ...

    @property
    def host(self) -> str: ...

    def write(self, task: WriteTask) -> Generator[str, None, None]:
        """Yield pieces of text as they come, markers such as [1] included; raises WriterFailed."""
        ...
