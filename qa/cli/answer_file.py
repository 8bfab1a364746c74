"""The citations in a file of past answers."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from qa.citations.verify import PastCitation
from qa.errors import BadRequest


class PastRecord(msgspec.Struct, frozen=True):
    """The needed fields of an Answer, of an exported conversation (turns), or of a line without an Answer (error)."""

    citations: tuple[PastCitation, ...] | None = None
    turns: tuple[PastTurn, ...] | None = None
    error: str | None = None

    def __post_init__(self) -> None:
        if self.citations is None and self.turns is None and self.error is None:
            raise ValueError("neither `citations` nor `turns`")


class PastTurn(msgspec.Struct, frozen=True):
    """The needed field of a turn of an exported conversation."""

    answer: PastRecord


def read_citations(content: bytes, name: str) -> list[PastCitation]:
    """Return all citations in an Answer, an exported conversation, or Answers as JSON Lines, in order.

    name is the file's, for the BadRequest that any other content raises.
    """
    if not content.strip():
        raise BadRequest(f"{name} holds no Answer as JSON (it is empty). One is printed by: qa ask --json")
    try:
        return [citation for record in _records(content) for citation in _citations(record)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"{name} holds no Answer as JSON ({error}). One is printed by: qa ask --json") from error


def _records(content: bytes) -> list[PastRecord]:
    try:
        return [msgspec.json.decode(content, type=PastRecord)]
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return [msgspec.json.decode(line, type=PastRecord) for line in content.split(b"\n") if line.strip()]


def _citations(record: PastRecord) -> Iterator[PastCitation]:
    yield from record.citations or ()
    for turn in record.turns or ():
        yield from _citations(turn.answer)
