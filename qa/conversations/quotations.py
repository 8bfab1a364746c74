"""Quotations that are put aside while a conversation goes on, each with the question that it answered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from qa.conversations.database import Database, utc_now
from qa.conversations.store import ConversationStore, KeptTurn, Scope
from qa.errors import NotThere, StorageFailed
from qa.records import Citation, ConfidenceLevel, Support, level_of
from qa.search.passages import passage_id


@dataclass(frozen=True, slots=True)
class KeptQuotation:
    """A citation of an answer, with what was asked; it stays when the question is asked anew.

    ``id`` is that of its passage, ``kept`` and ``asked`` are times in UTC; ``confidence`` and ``support`` are the
    answer's.
    """

    id: str
    kept: str
    turn: int
    question: str
    asked: str
    scope: Scope
    confidence: float
    support: Support
    citation: Citation

    @property
    def confidence_level(self) -> ConfidenceLevel:
        """Return the confidence in a word, for interfaces for people."""
        return level_of(self.confidence, self.support)


class QuotationStore:
    """The kept quotations of all conversations in one folder."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder)
        self._conversations = ConversationStore(folder)

    def keep(self, conversation: str, turn: int, marker: int) -> KeptQuotation:
        """Keep the quotation with that marker of a turn; raises NotThere where there is none.

        One that is kept already stays as it is.
        """
        quotation = _of_turn(self._conversations.read(conversation).turns, conversation, turn, marker)
        with self._database.open() as database:
            database.execute(
                "INSERT OR IGNORE INTO quotations VALUES (?, ?, ?, ?)",
                (conversation, quotation.id, quotation.kept, msgspec.json.encode(quotation)),
            )
        return next(one for one in self.kept_in(conversation) if one.id == quotation.id)

    def kept_in(self, conversation: str) -> tuple[KeptQuotation, ...]:
        """Return the kept quotations of a conversation, in the order in which they were kept."""
        with self._database.open() as database:
            rows = database.execute(
                "SELECT quotation FROM quotations WHERE conversation = ? ORDER BY kept, id", (conversation,)
            ).fetchall()
        return tuple(_decoded(content) for (content,) in rows)

    def drop(self, conversation: str, identifier: str) -> None:
        """Keep this quotation no longer, if it was kept."""
        with self._database.open() as database:
            database.execute("DELETE FROM quotations WHERE conversation = ? AND id = ?", (conversation, identifier))


def _of_turn(turns: tuple[KeptTurn, ...], conversation: str, number: int, marker: int) -> KeptQuotation:
    for turn in turns:
        for cited in turn.answer.citations:
            if (turn.turn, cited.marker) == (number, marker):
                answer, identifier = turn.answer, passage_id(cited.article_id, cited.start, cited.end)
                asked = turn.turn, answer.question, turn.asked, turn.scope
                return KeptQuotation(identifier, utc_now(), *asked, answer.confidence, answer.support, cited)
    raise NotThere(f"The conversation {conversation[:40]!r} has no quotation {marker} in its turn {number}.", "marker")


def _decoded(content: bytes) -> KeptQuotation:
    try:
        return msgspec.json.decode(content, type=KeptQuotation)
    except msgspec.DecodeError as error:
        raise StorageFailed(
            f"A kept quotation cannot be read: {error}. Another version of the program wrote it."
        ) from error
