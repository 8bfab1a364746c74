"""The formats of an export, by the ending of their files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from qa.conversations.exports.content import Content, conversation_content, quotations_content
from qa.conversations.exports.docx import as_docx, writes_docx
from qa.conversations.exports.html import as_html
from qa.conversations.exports.markdown import as_markdown
from qa.conversations.quotations import KeptQuotation
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
        return _to_json(conversation)
    return _WRITERS[ending](conversation_content(conversation, site))


def export_quotations(title: str, kept: Sequence[KeptQuotation], ending: str, site: str) -> bytes:
    """Return the kept quotations of the conversation of this title as a file of that format."""
    return _to_json({"quotations": kept}) if ending == JSON else _WRITERS[ending](quotations_content(title, kept, site))


def _to_json(record: object) -> bytes:
    """Return the record as JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2)
