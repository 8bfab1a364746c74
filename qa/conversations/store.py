"""Conversations kept in SQLite, in a folder of their own: a reload, a second tab or a restart loses nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import msgspec

from qa.conversations.database import Database, utc_now
from qa.conversations.earlier import decode_answer
from qa.errors import QAError, StorageFailed
from qa.records import Answer
from qa.written import Written

# The first question names a conversation until a person does.
NAMED = "coalesce(nullif(title, ''), (SELECT question FROM turns WHERE conversation = c.id AND number = 1), '')"
FOUND = (
    "(:owner IS NULL OR owner = :owner) AND EXISTS (SELECT 1 FROM turns WHERE conversation = c.id) "
    "AND (:search = '' OR instr(fold(title), :search) "
    "OR EXISTS (SELECT 1 FROM turns WHERE conversation = c.id AND instr(fold(question), :search)))"
)


class ConversationNotFound(QAError):
    """No conversation of this id, or no such turn in it."""


class KeepingOff(QAError):
    """This site keeps no conversations."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The articles and days that a question was asked of; all, where nothing is named."""

    articles: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question of a conversation with its Answer; ``turn`` counts from 1, ``asked`` is a time in UTC."""

    turn: int
    asked: str
    scope: Scope
    answer: Answer


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with all its turns in order; ``collection`` is the one it asks, null for a single folder."""

    id: str
    title: str
    created: str
    updated: str
    turns: tuple[KeptTurn, ...] = ()
    collection: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationEntry:
    """One line of the list of conversations."""

    id: str
    title: str
    created: str
    updated: str
    questions: int
    collection: str | None = None


EVERYWHERE = Scope()
# How long a conversation is kept in which nothing has been asked.
EMPTY_FOR = timedelta(days=1)


class ConversationStore:
    """The conversations of one folder; every call stands alone, so that all threads and processes may use it."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder)

    def create(self, title: str = "", owner: str = "", collection: str | None = None) -> Conversation:
        """Return a new, empty conversation about a collection, under a random id of 128 bits.

        owner is whose list it belongs to. Those in which nothing was asked for a day are removed.
        """
        now = utc_now()
        conversation = Conversation(secrets.token_hex(16), title, now, now, collection=collection)
        with self._database.open() as database:
            database.execute(
                "DELETE FROM conversations WHERE updated < ? "
                "AND NOT EXISTS (SELECT 1 FROM turns WHERE conversation = conversations.id)",
                (utc_now(-EMPTY_FOR),),
            )
            database.execute(
                "INSERT INTO conversations (id, title, created, updated, owner, collection) VALUES (?, ?, ?, ?, ?, ?)",
                (conversation.id, title, now, now, owner, collection),
            )
        return conversation

    def read(self, identifier: str) -> Conversation:
        """Return the conversation; raises ConversationNotFound."""
        with self._database.open() as database:
            row = database.execute(
                f"SELECT id, {NAMED}, created, updated, collection FROM conversations AS c WHERE id = ?",  # noqa: S608 - a constant
                (identifier,),
            ).fetchone()
            if row is None:
                raise _not_found(identifier)
            turns = database.execute(
                "SELECT number, asked, scope, answer FROM turns WHERE conversation = ? ORDER BY number", (identifier,)
            ).fetchall()
        kept = tuple(_turn(*row) for row in turns)
        return Conversation(row[0], row[1], row[2], row[3], kept, row[4])

    def entries(
        self, search: str, offset: int, limit: int, owner: str | None = None
    ) -> tuple[int, tuple[ConversationEntry, ...]]:
        """Return how many conversations have the words in title or questions, and a page of them, newest first.

        With an owner only those of that owner count.
        """
        values = {"search": search.strip().casefold(), "offset": offset, "limit": limit, "owner": owner}
        with self._database.open() as database:
            (total,) = database.execute(f"SELECT count(*) FROM conversations AS c WHERE {FOUND}", values).fetchone()  # noqa: S608
            rows = database.execute(
                f"SELECT id, {NAMED}, created, updated, (SELECT count(*) FROM turns WHERE conversation = c.id), "  # noqa: S608
                f"collection FROM conversations AS c WHERE {FOUND} "
                "ORDER BY updated DESC, id LIMIT :limit OFFSET :offset",
                values,
            ).fetchall()
        return total, tuple(ConversationEntry(*row) for row in rows)

    def add(self, identifier: str, answer: Answer, turn: int | None = None, scope: Scope = EVERYWHERE) -> KeptTurn:
        """Keep an answer at the end, or in the place of that turn; raises ConversationNotFound."""
        now = utc_now()
        with self._database.open() as database:
            database.execute("BEGIN IMMEDIATE")
            changed = database.execute("UPDATE conversations SET updated = ? WHERE id = ?", (now, identifier))
            (last,) = database.execute(
                "SELECT coalesce(max(number), 0) FROM turns WHERE conversation = ?", (identifier,)
            ).fetchone()
            if changed.rowcount == 0 or (turn is not None and not 1 <= turn <= last):
                raise _not_found(identifier, turn)
            kept = KeptTurn(turn or last + 1, now, scope, answer)
            database.execute(
                "INSERT OR REPLACE INTO turns VALUES (?, ?, ?, ?, ?, ?)",
                (identifier, kept.turn, now, answer.question, msgspec.json.encode(scope), msgspec.json.encode(answer)),
            )
        return kept

    def add_written(self, identifier: str, kept: KeptTurn, written: Written) -> None:
        """Keep what was written for a turn with its answer, unless the turn is gone or has been answered anew since."""
        answer = msgspec.json.encode(replace(kept.answer, written=written))
        with self._database.open() as database:
            database.execute(
                "UPDATE turns SET answer = ? WHERE conversation = ? AND number = ? AND asked = ?",
                (answer, identifier, kept.turn, kept.asked),
            )

    def rename(self, identifier: str, title: str) -> None:
        """Give the conversation a title; an empty one brings its first question back."""
        with self._database.open() as database:
            if not database.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, identifier)).rowcount:
                raise _not_found(identifier)

    def delete(self, identifier: str) -> None:
        """Remove the conversation and overwrite what it said."""
        with self._database.open() as database:
            if not database.execute("DELETE FROM conversations WHERE id = ?", (identifier,)).rowcount:
                raise _not_found(identifier)


def _turn(number: int, asked: str, scope: bytes, answer: bytes) -> KeptTurn:
    try:
        return KeptTurn(number, asked, msgspec.json.decode(scope, type=Scope), decode_answer(answer))
    except msgspec.DecodeError as error:
        raise StorageFailed(
            f"A kept answer cannot be read: {error}. Another version of the program wrote it."
        ) from error


def _not_found(identifier: str, turn: int | None = None) -> ConversationNotFound:
    part = "" if turn is None else f" with a turn {turn}"
    return ConversationNotFound(f"There is no conversation {identifier[:40]!r}{part}. It may have been deleted.")
