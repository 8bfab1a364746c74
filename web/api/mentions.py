"""The JSON API: all places where the articles name somebody or something."""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import Blueprint, Response
from msgspec import UNSET, Meta, UnsetType

from qa.mentions.mentions import find_mentions
from qa.requests import CollectionName, WrittenText, require_words
from web.api.questions import PAGE_LIMIT, as_json, tag_response
from web.requests import query
from web.site import current_collection

NAME_CHARACTERS = 200

blueprint = Blueprint("mentions", __name__)


class MentionQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which name to look for, and which of its mentions to list."""

    name: Annotated[
        WrittenText,
        Meta(max_length=NAME_CHARACTERS, description="The name; its other spellings in the articles are found too."),
    ]
    offset: Annotated[int, Meta(ge=0, le=10**9, description="How many to leave out at the start.")] = 0
    limit: Annotated[int, Meta(ge=1, le=PAGE_LIMIT, description="How many to list.")] = 50
    collection: CollectionName | UnsetType = UNSET

    def __post_init__(self) -> None:
        require_words(self.name, "The name is empty. Give one in words.")


@blueprint.get("/v1/mentions")
def list_mentions() -> Response:
    """List all places where the articles have a name, in every spelling, in order of time."""
    wanted = query(MentionQuery)
    found = find_mentions(wanted.name, current_collection().engine.snapshot, wanted.offset, wanted.limit)
    return tag_response(as_json(found))
