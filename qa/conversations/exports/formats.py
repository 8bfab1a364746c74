"""The formats of an export, by the ending of their files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from qa.conversations.exports.content import Content, conversation_content
from qa.conversations.exports.docx import as_docx, writes_docx
from qa.conversations.exports.html import as_html
from qa.conversations.exports.markdown import as_markdown
from qa.conversations.store import Conversation

JSON = "json"


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format: the ending of its files, its name for people, its media type."""

    ending: str
    name: str
    media: str


FORMATS = {
    one.ending: one
    for one in (
        ExportFormat("md", "Markdown", "text/markdown"),
        ExportFormat("html", "HTML", "text/html"),
        ExportFormat("docx", "Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ExportFormat(JSON, "JSON", "application/json"),
    )
}
_WRITERS: dict[str, Callable[[Content], bytes]] = {"md": as_markdown, "html": as_html, "docx": as_docx}


def available_formats() -> list[ExportFormat]:
    """Return the formats that can be written with the libraries that are installed."""
    return [one for one in FORMATS.values() if one.ending != "docx" or writes_docx()]


def export_conversation(conversation: Conversation, ending: str, site: str) -> bytes:
    """Return the conversation as a file of that format; its links lead to the reader of this site."""
    if ending == JSON:
        return to_json(conversation)
    return write_content(conversation_content(conversation, site), ending)


def write_content(content: Content, ending: str) -> bytes:
    """Return the document as a file of that format, which is not JSON."""
    return _WRITERS[ending](content)


def to_json(record: object) -> bytes:
    """Return the record as JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2)
