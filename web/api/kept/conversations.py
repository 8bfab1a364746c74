"""The JSON API of kept conversations."""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import Blueprint, Response, request, url_for
from msgspec import Meta

from qa.conversations.store import ConversationEntry
from qa.requests import CollectionName
from web.api.questions import PAGE_LIMIT, as_json, tag_response
from web.api.writing import keep_in_writing
from web.asking import ConversationAsk, ask_in
from web.owner import listed_owner, owner
from web.requests import json_body, number
from web.site import current_site, use_collection

blueprint = Blueprint("conversations", __name__)
TITLE_LIMIT = 200

Title = Annotated[str, Meta(max_length=TITLE_LIMIT, description="Empty: the first question is the title.")]


class NewConversation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a conversation starts with."""

    title: Title = ""
    collection: CollectionName | None = None


class Renaming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new title of a conversation."""

    title: Title


class ConversationList(msgspec.Struct, frozen=True):
    """A page of the list of conversations, newest first; ``total`` counts all that were found."""

    total: int
    offset: int
    limit: int
    conversations: tuple[ConversationEntry, ...]


@blueprint.post("/v1/conversations")
def create() -> Response:
    """Start a conversation."""
    wanted = json_body(NewConversation)
    collection = use_collection(wanted.collection)
    conversation = current_site().kept.create(wanted.title.strip(), owner(), collection.name)
    response = as_json(conversation, 201)
    response.headers["Location"] = url_for("conversations.read", identifier=conversation.id)
    return response


@blueprint.get("/v1/conversations")
def list_conversations() -> Response:
    """List the conversations that have the words of ``search`` in their title or questions.

    A browser lists its own, a program those of programs; with QA_SHARED_CONVERSATIONS both list all.
    """
    offset, limit = number("offset", 0, 0, 10**9), number("limit", 50, 1, PAGE_LIMIT)
    total, entries = current_site().kept.entries(request.args.get("search", ""), offset, limit, listed_owner())
    return tag_response(as_json(ConversationList(total, offset, limit, entries)))


@blueprint.get("/v1/conversations/<identifier>")
def read(identifier: str) -> Response:
    """Return a conversation with all its turns."""
    return tag_response(as_json(current_site().kept.read(identifier)))


@blueprint.post("/v1/conversations/<identifier>/ask")
def ask(identifier: str) -> Response:
    """Answer a question in a conversation and keep it there."""
    asked, site = json_body(ConversationAsk), current_site()
    if asked.write:
        site.require_writer()
    kept = ask_in(site, identifier, asked)
    return keep_in_writing(identifier, kept) if asked.write else as_json(kept)


@blueprint.patch("/v1/conversations/<identifier>")
def rename(identifier: str) -> Response:
    """Give a conversation a title."""
    kept = current_site().kept
    kept.rename(identifier, json_body(Renaming).title.strip())
    return as_json(kept.read(identifier))


@blueprint.delete("/v1/conversations/<identifier>")
def delete(identifier: str) -> Response:
    """Remove a conversation."""
    current_site().kept.delete(identifier)
    return Response(status=204)
