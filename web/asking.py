"""A question asked inside a kept conversation."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Annotated

import msgspec
from msgspec import Meta

from qa.conversations.store import Conversation, ConversationNotFound, ConversationStore, KeptTurn, Scope
from qa.errors import BadRequest, BadScope
from qa.requests import HISTORY_LIMIT, Turn, WrittenAsk
from qa.written import NOT_SUPPORTED, WRITTEN, Written, WrittenSentence
from web.site import ServedCollection, Site, current_site, use_collection

ANSWER_LIMIT = 20_000
# Outcomes after which the same turn would get the same text again.
FINAL = {WRITTEN, NOT_SUPPORTED}
Parts = Generator[WrittenSentence | Written, None, None]


class ConversationAsk(WrittenAsk, frozen=True, forbid_unknown_fields=True):
    """A question to ask in a conversation, whose turns are its history; with ``turn``, that turn is answered anew."""

    turn: Annotated[int, Meta(ge=1, description="Answer this turn anew; the later ones stay.")] | None = None


def ask_in(site: Site, identifier: str, ask: ConversationAsk) -> KeptTurn:
    """Answer the question after the turns before it, from the collection of the conversation, and keep the answer.

    Raises ConversationNotFound, BadRequest when the request brings a history of its own, UnknownCollection when the
    conversation's collection is not there any more, and BadScope when the request names another one.
    """
    if ask.history:
        raise BadRequest("A question in a conversation has that conversation as its history. Leave `history` out.")
    conversation = site.kept.read(identifier)
    turns = conversation.turns
    collection = use_collection_of(conversation)
    if ask.collection is not None and site.find(ask.collection) != collection:
        raise BadScope(
            f"This conversation asks the collection {collection.name!r}. Leave `collection` out, or start another one.",
            "collection",
        )
    if ask.turn is not None and ask.turn > len(turns):
        raise ConversationNotFound(f"There is no conversation {identifier!r} with a turn {ask.turn}.")
    before = turns if ask.turn is None else turns[: ask.turn - 1]
    answer = collection.engine.ask(msgspec.structs.replace(ask, history=_history(before)))
    return site.kept.add(identifier, answer, ask.turn, Scope(ask.articles, ask.since, ask.until))


def use_collection_of(conversation: Conversation) -> ServedCollection:
    """Return the collection that a conversation asks; raises UnknownCollection where it is not there any more."""
    return use_collection(conversation.collection or current_site().collections.default.name)


def ask_first(site: Site, ask: ConversationAsk, owner: str) -> tuple[str, KeptTurn]:
    """Answer the first question of a new conversation; return the conversation's id and the turn.

    A question that is refused leaves no conversation. Raises ConversationNotFound where a turn is to be answered anew.
    """
    if ask.turn is not None:
        raise ConversationNotFound(f"There is no turn {ask.turn} in a new conversation.")
    collection = use_collection(ask.collection)
    answer = collection.engine.ask(ask)
    identifier = site.kept.create(owner=owner, collection=collection.name).id
    return identifier, site.kept.add(identifier, answer, scope=Scope(ask.articles, ask.since, ask.until))


def keep_written(store: ConversationStore, identifier: str, kept: KeptTurn, parts: Parts) -> Parts:
    """Yield the parts of a written text; the whole is kept with its turn before it is yielded, unless it broke off."""
    with closing(parts):
        for part in parts:
            if isinstance(part, Written) and part.outcome in FINAL:
                store.add_written(identifier, kept, part)
            yield part


def _history(turns: Sequence[KeptTurn]) -> tuple[Turn, ...]:
    return tuple(Turn(one.answer.question, one.answer.answer[:ANSWER_LIMIT]) for one in turns[-HISTORY_LIMIT:])
