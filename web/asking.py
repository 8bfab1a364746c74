"""A question asked inside a kept conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from qa.conversations.store import ConversationNotFound, ConversationStore, KeptTurn, Scope
from qa.errors import BadRequest
from qa.protocols import AnswerEngine
from qa.requests import HISTORY_LIMIT, AskRequest, Turn

ANSWER_LIMIT = 20_000


class ConversationAsk(AskRequest, frozen=True, forbid_unknown_fields=True):
    """A question to ask in a conversation, whose turns are its history; with ``turn``, that turn is answered anew."""

    turn: Annotated[int, Meta(ge=1, description="Answer this turn anew; the later ones stay.")] | None = None


def ask_in(store: ConversationStore, engine: AnswerEngine, identifier: str, ask: ConversationAsk) -> KeptTurn:
    """Answer the question after the turns before it and keep the answer.

    Raises ConversationNotFound, and BadRequest when the request brings a history of its own.
    """
    if ask.history:
        raise BadRequest("A question in a conversation has that conversation as its history. Leave `history` out.")
    turns = store.read(identifier).turns
    if ask.turn is not None and ask.turn > len(turns):
        raise ConversationNotFound(f"There is no conversation {identifier!r} with a turn {ask.turn}.")
    before = turns if ask.turn is None else turns[: ask.turn - 1]
    answer = engine.ask(msgspec.structs.replace(ask, history=_history(before)))
    return store.add(identifier, answer, ask.turn, Scope(ask.articles, ask.since, ask.until))


def ask_first(store: ConversationStore, engine: AnswerEngine, ask: ConversationAsk, owner: str) -> tuple[str, KeptTurn]:
    """Answer the first question of a new conversation; return the conversation's id and the turn.

    A question that is refused leaves no conversation. Raises ConversationNotFound where a turn is to be answered anew.
    """
    if ask.turn is not None:
        raise ConversationNotFound(f"There is no turn {ask.turn} in a new conversation.")
    answer = engine.ask(ask)
    identifier = store.create(owner=owner).id
    return identifier, store.add(identifier, answer, scope=Scope(ask.articles, ask.since, ask.until))


def _history(turns: Sequence[KeptTurn]) -> tuple[Turn, ...]:
    return tuple(Turn(one.answer.question, one.answer.answer[:ANSWER_LIMIT]) for one in turns[-HISTORY_LIMIT:])
