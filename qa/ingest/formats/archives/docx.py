"""Word documents (.docx), by python-docx: headings, paragraphs, lists and tables in their order."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from typing import Any

from qa.ingest.formats.archives.archive import Archive, find_names
from qa.ingest.formats.decoding import Decoded, Undecodable, with_digest
from qa.ingest.formats.markdown_writer import escape, write_document, write_heading, write_table
from qa.ingest.metadata.bylines import split_authors

BODY = "word/document.xml"
MACROS = "word/vbaProject.bin"


class DocxReader:
    """Reads Word documents without macros."""

    name = "DOCX"
    endings = (".docx", ".docm")
    packages = ("python-docx", "lxml")
    module = "docx"

    def recognises(self, content: bytes) -> bool:
        """Tell whether the archive holds a Word document."""
        return BODY in find_names(content)

    def read(self, content: bytes) -> Decoded:
        """Return the document as Markdown; raises Undecodable for damage, encryption, bombs and macros."""
        archive = Archive(content)
        if MACROS in archive.names:
            raise Undecodable("it holds macros")
        if b"<!ENTITY" in archive.read(BODY):
            raise Undecodable("XML with entities of its own")
        try:
            document = importlib.import_module("docx").Document(io.BytesIO(content))
        except (KeyError, ValueError, AttributeError, SyntaxError, OSError) as error:
            raise Undecodable("a damaged Word document") from error
        blocks = list(_read_blocks(document))
        if not any(block.strip() for block in blocks):
            raise Undecodable("no text in it")
        properties = document.core_properties
        title = (properties.title or "").strip() or None
        authors = split_authors(properties.author or "")
        language = (properties.language or "")[:2].lower() or None
        return with_digest(write_document(blocks, title, None, authors, language), None)


def _read_blocks(document: Any) -> Iterator[str]:
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            yield write_table([[cell.text for cell in row.cells] for row in block.rows])
            continue
        style = (block.style.name if block.style is not None else "") or ""
        text = block.text.strip()
        if not text:
            continue
        if style == "Title":
            yield write_heading(text, 1)
        elif style.startswith("Heading"):
            yield write_heading(text, 1 + int(style[-1])) if style[-1:].isdigit() else write_heading(text, 2)
        elif style.startswith("List"):
            yield f"- {escape(text)}"
        else:
            yield escape(text)
