"""The SQLite file of what is kept, in a folder of its own: a reload, a second tab or a restart loses nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from qa.errors import StorageFailed

FILE = "conversations.db"
# What brings the file of each version up to the next one, from an empty file on.
MIGRATIONS = (
    """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS turns (
    conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    number INTEGER NOT NULL, asked TEXT NOT NULL, question TEXT NOT NULL, scope BLOB NOT NULL, answer BLOB NOT NULL,
    PRIMARY KEY (conversation, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_by_age ON conversations (updated)
""",
    "ALTER TABLE conversations ADD COLUMN owner TEXT NOT NULL DEFAULT ''",
    """
CREATE TABLE quotations (
    conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    id TEXT NOT NULL, kept TEXT NOT NULL, quotation BLOB NOT NULL,
    PRIMARY KEY (conversation, id)
) WITHOUT ROWID
""",
    """
CREATE TABLE feedback (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    turn INTEGER NOT NULL, feedback BLOB NOT NULL
);
CREATE INDEX feedback_by_conversation ON feedback (conversation)
""",
    "ALTER TABLE conversations ADD COLUMN collection TEXT",
)
VERSION = len(MIGRATIONS)


class Database:
    """The file of one folder; each opening stands alone, so that all threads and processes may use it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """Open the database for one transaction; what is deleted in it is overwritten. Raises StorageFailed."""
        try:
            with closing(self._connected()) as database, database:
                yield database
        except (sqlite3.Error, OSError) as error:
            raise StorageFailed(f"Cannot keep conversations in {self._path}: {error}. Is the disk writable?") from error

    def _connected(self) -> sqlite3.Connection:
        if not self._path.exists():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        database = sqlite3.connect(self._path, timeout=10)
        database.create_function("fold", 1, str.casefold, deterministic=True)
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA secure_delete = ON")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if not 0 <= version <= VERSION:
            database.close()
            raise StorageFailed(f"{self._path} is of version {version}, and {VERSION} is known. Set QA_DATA elsewhere.")
        if version != VERSION:
            _migrate(database)
        return database


def _migrate(database: sqlite3.Connection) -> None:
    """Bring the file up to date, unless another process has done so meanwhile."""
    with database:
        database.execute("BEGIN IMMEDIATE")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        for migration in MIGRATIONS[version:]:
            for statement in migration.split(";"):
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {VERSION}")


def utc_now(later: timedelta = timedelta()) -> str:
    """Return the time in UTC, to the millisecond, or that so much later."""
    return (datetime.now(timezone.utc) + later).isoformat(timespec="milliseconds").replace("+00:00", "Z")
