"""The JSON API: a conversation as a file, in every format of an export."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from flask import Blueprint, Response, request
from msgspec import Meta

from qa.conversations.exports.formats import FORMATS, JSON, export_conversation
from web.requests import query
from web.site import current_site

blueprint = Blueprint("exports", __name__)

Ending = Annotated[
    Literal["md", "html", "docx", "json"],
    Meta(description="Markdown with footnotes, a page of HTML, a Word document, or JSON."),
]


class ExportQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In which format to export."""

    format: Ending = "md"


@blueprint.get("/v1/conversations/<identifier>/export")
def export(identifier: str) -> Response:
    """Return the conversation as a file, each quotation with its source and a link."""
    return _download(identifier, query(ExportQuery).format)


@blueprint.get("/v1/conversations/<identifier>/export.md")
def export_markdown(identifier: str) -> Response:
    """Return the conversation as Markdown, its sources as footnotes."""
    return _download(identifier, "md")


@blueprint.get("/v1/conversations/<identifier>/export.json")
def export_json(identifier: str) -> Response:
    """Return the conversation as a JSON file."""
    return _download(identifier, JSON)


def _download(identifier: str, ending: str) -> Response:
    conversation = current_site().kept.read(identifier)
    return as_file(export_conversation(conversation, ending, site()), ending, f"conversation-{conversation.id[:8]}")


def as_file(content: bytes, ending: str, name: str) -> Response:
    """Return the content as a file for the client to store, never to show."""
    response = Response(content, mimetype=FORMATS[ending].media)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{ending}")
    return response


def site() -> str:
    """Return the address of this site as the client of this request knows it."""
    return request.url_root.rstrip("/")
