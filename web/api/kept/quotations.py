"""The JSON API: the quotations that are kept in a conversation."""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from qa.conversations.exports.formats import export_quotations
from qa.conversations.quotations import KeptQuotation
from web.api.kept.exports import ExportQuery, as_file, site
from web.api.questions import as_json, tag_response
from web.requests import json_body, query
from web.site import current_site

blueprint = Blueprint("quotations", __name__)


class Keeping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which quotation to keep: that of this marker in this turn."""

    turn: Annotated[int, Meta(ge=1)]
    marker: Annotated[int, Meta(ge=1)]


class KeptQuotations(msgspec.Struct, frozen=True):
    """The kept quotations of a conversation, in the order in which they were kept."""

    quotations: tuple[KeptQuotation, ...]


@blueprint.post("/v1/conversations/<identifier>/quotations")
def keep(identifier: str) -> Response:
    """Keep a quotation of a conversation; one that is kept already stays as it is."""
    wanted = json_body(Keeping)
    return as_json(current_site().quotations.keep(identifier, wanted.turn, wanted.marker))


@blueprint.get("/v1/conversations/<identifier>/quotations")
def list_quotations(identifier: str) -> Response:
    """List the quotations that are kept in a conversation."""
    current_site().kept.read(identifier)
    return tag_response(as_json(KeptQuotations(current_site().quotations.kept_in(identifier))))


@blueprint.delete("/v1/conversations/<identifier>/quotations/<path:passage_id>")
def drop(identifier: str, passage_id: str) -> Response:
    """Keep the quotation of this id no longer, if it was kept."""
    current_site().kept.read(identifier)
    current_site().quotations.drop(identifier, passage_id)
    return Response(status=204)


@blueprint.get("/v1/conversations/<identifier>/export/quotations")
def export(identifier: str) -> Response:
    """Return the kept quotations as a file, each with its question, its source and a link."""
    ending, title = query(ExportQuery).format, current_site().kept.read(identifier).title
    kept = current_site().quotations.kept_in(identifier)
    return as_file(export_quotations(title, kept, ending, site()), ending, f"quotations-{identifier[:8]}")
