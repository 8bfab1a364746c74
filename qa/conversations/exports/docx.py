"""An export as a Word document, by python-docx."""

from __future__ import annotations

import importlib
import io
import re
from importlib.util import find_spec
from typing import Any

from qa.conversations.exports.content import Content, Part, Source
from qa.errors import BadRequest

# What XML cannot hold.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_LINK_COLOUR = "8C2F1B"


def writes_docx() -> bool:
    """Return whether the library that writes Word documents is installed."""
    return find_spec("docx") is not None


def as_docx(content: Content) -> bytes:
    """Return the document as a Word document, its sources as a list at the end.

    Raises BadRequest where python-docx is not installed.
    """
    if not writes_docx():
        raise BadRequest("Word documents need python-docx: pip install 'qa-articles[formats]'. Choose another format.")
    document = importlib.import_module("docx").Document()
    properties = document.core_properties
    properties.title, properties.author = _plain(content.title)[:255], ""
    document.add_heading(_plain(content.title), 0)
    for part in content.parts:
        _add_part(document, part)
    if content.sources:
        document.add_heading("Sources", 1)
    for source in content.sources:
        _add_source(document, source)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _add_part(document: Any, part: Part) -> None:
    before, words, after = map(_plain, part.pieces)
    if part.kind == "question":
        document.add_heading(before, 1)
        return
    paragraph = document.add_paragraph(style="Quote" if part.kind == "quotation" else None)
    quoted = part.kind == "quotation"
    paragraph.add_run(f"“{before}" if quoted else before).italic = part.kind == "facts" or None
    if words:
        paragraph.add_run(words).bold = True
    references = "".join(f"[{number}]" for number in part.numbers)
    paragraph.add_run(f"{after}{'”' if quoted else ''}{f' {references}' if references else ''}")
    if part.kind == "note":
        paragraph.runs[0].bold = True


def _add_source(document: Any, source: Source) -> None:
    paragraph = document.add_paragraph(f"[{source.number}] ")
    _add_link(paragraph, _plain(source.title), source.address)
    paragraph.add_run(f"{f', {_plain(source.by)}' if source.by else ''} ({_plain(source.place)})")


def _add_link(paragraph: Any, text: str, address: str) -> None:
    """Add a link, for which python-docx has no call."""
    oxml, ns = importlib.import_module("docx.oxml"), importlib.import_module("docx.oxml.ns")
    link = oxml.OxmlElement("w:hyperlink")
    link.set(ns.qn("r:id"), paragraph.part.relate_to(address, _HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run.font.underline = True
    run.font.color.rgb = importlib.import_module("docx.shared").RGBColor.from_string(_LINK_COLOUR)
    link.append(run._r)
    paragraph._p.append(link)


def _plain(text: str) -> str:
    """Return the text with a space for each character that XML cannot hold.

    >>> _plain("a\\x00b\\ud800c")
    'a b c'
    """
    return _NOT_IN_XML.sub(" ", text.replace("\r\n", "\n"))
