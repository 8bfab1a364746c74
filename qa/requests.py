"""The request that every door takes, checked in one place.

The classes are the one source of what is accepted: the doors decode into them, and the API's document is made from
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from qa.errors import BadRequest

QUESTION_LIMIT = 2000
HISTORY_LIMIT = 50

NOT_BLANK = {"pattern": r"\S"}

QuestionText = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=QUESTION_LIMIT,
        description="The question, in plain words.",
        extra_json_schema=NOT_BLANK,
    ),
]
SearchText = Annotated[str, Meta(min_length=1, max_length=QUESTION_LIMIT, extra_json_schema=NOT_BLANK)]
Date = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", description="A day as YYYY-MM-DD.")]
ArticleIds = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=1024)], ...],
    Meta(max_length=1000, description="Answer from these articles only, by id; empty for all."),
]


class Turn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One earlier question of the conversation and what was answered."""

    question: Annotated[str, Meta(max_length=QUESTION_LIMIT)]
    answer: Annotated[str, Meta(max_length=20_000)] = ""


History = Annotated[tuple[Turn, ...], Meta(max_length=HISTORY_LIMIT, description="Earlier turns, oldest first.")]


class AskRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question and how to answer it; only ``question`` is required."""

    question: QuestionText
    history: History = ()
    searched_for: Annotated[
        SearchText | None,
        Meta(description="Search for exactly this instead of reading the question with its history."),
    ] = None
    passages: Annotated[int, Meta(ge=1, le=100, description="How many passages to return.")] = 10
    quotes: Annotated[int, Meta(ge=1, le=10, description="How many quotations at most.")] = 3
    articles: ArticleIds = ()
    since: Annotated[Date | None, Meta(description="Answer only from articles of this day or later.")] = None
    until: Annotated[Date | None, Meta(description="Answer only from articles of this day or earlier.")] = None
    id: Annotated[str | int | None, Meta(description="Echoed in the answer.")] = None

    def __post_init__(self) -> None:
        for text in (self.question, self.searched_for):
            if text is not None and not text.strip():
                raise ValueError("The question is empty. Ask something in words.")


def request_from(fields: Mapping[str, Any], *, ignore_unknown: bool = False) -> AskRequest:
    """Return the request that these fields describe.

    With ignore_unknown, fields that are not of the request are left out instead of refused. Raises BadRequest naming
    the field and the limit that it breaks.
    """
    try:
        return msgspec.convert(_known(fields) if ignore_unknown else fields, AskRequest)
    except msgspec.ValidationError as error:
        raise BadRequest(str(error)) from error


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in fields.items() if name in AskRequest.__struct_fields__}
    if isinstance(known.get("history"), list):
        known["history"] = [_known_of_turn(turn) for turn in known["history"]]
    return known


def _known_of_turn(turn: Any) -> Any:
    if not isinstance(turn, Mapping):
        return turn
    return {name: value for name, value in turn.items() if name in Turn.__struct_fields__}
