"""A conversation at a terminal as a file, in the formats that the chat page exports."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from qa.conversations.exports.formats import export_conversation
from qa.conversations.store import Conversation, KeptTurn, Scope
from qa.errors import BadRequest, StorageFailed
from qa.records import Answer


def export(answers: Sequence[tuple[datetime, Answer]], path: Path, site: str) -> None:
    """Write the conversation in the format of the file's ending; an existing file is never overwritten.

    Links lead to the reader of this site.
    """
    content = export_conversation(_conversation(answers), path.suffix.removeprefix("."), site)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise BadRequest(f"{path} exists already. Choose another name.") from error
    except OSError as error:
        raise StorageFailed(f"Cannot write {path}: {error.strerror}. Choose another place.") from error


def _conversation(answers: Sequence[tuple[datetime, Answer]]) -> Conversation:
    turns = tuple(
        KeptTurn(turn=number, asked=_time(asked), scope=Scope(), answer=answer)
        for number, (asked, answer) in enumerate(answers, 1)
    )
    return Conversation(secrets.token_hex(16), answers[0][1].question, turns[0].asked, turns[-1].asked, turns)


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
