"""OpenDocument texts (.odt): headings, paragraphs, lists and tables in their order, by lxml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.ingest.formats.archives.archive import Archive, find_names
from qa.ingest.formats.archives.xml_tree import local_name, parse_xml
from qa.ingest.formats.decoding import Decoded, Undecodable, with_digest
from qa.ingest.formats.markdown_writer import escape, write_document, write_heading, write_table
from qa.ingest.metadata.bylines import split_authors

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACES = frozenset(("s", "tab", "line-break"))
_LEFT_OUT = frozenset(("annotation", "note", "tracked-changes", "table-of-content"))


class OdtReader:
    """Reads OpenDocument texts."""

    name = "ODT"
    endings = (".odt",)
    packages = ("lxml",)
    module = "lxml"

    def recognises(self, content: bytes) -> bool:
        """Tell whether the archive says that it is an OpenDocument text."""
        return b"application/vnd.oasis.opendocument.text" in content[:200]

    def read(self, content: bytes) -> Decoded:
        """Return the document as Markdown; raises Undecodable for damage, encryption and bombs."""
        if "content.xml" not in find_names(content):
            raise Undecodable("a damaged OpenDocument text")
        archive = Archive(content)
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise Undecodable("encrypted")
        blocks = list(_read_blocks(parse_xml(archive.read("content.xml"))))
        if not any(block.strip() for block in blocks):
            raise Undecodable("no text in it")
        meta = archive.read("meta.xml")
        known = {local_name(one): one.text or "" for one in parse_xml(meta).iter()} if meta else {}
        title = known.get("title", "").strip() or None
        authors = split_authors(known.get("creator", "") or known.get("initial-creator", ""))
        return with_digest(write_document(blocks, title, None, authors, known.get("language", "")[:2] or None), None)


def _read_blocks(element: _Element) -> Iterator[str]:
    for child in element:
        name = local_name(child)
        if name == "h":
            levels = [value for key, value in child.attrib.items() if str(key).endswith("outline-level")]
            yield write_heading(_text(child), 1 + int(levels[0]) if levels and str(levels[0]).isdigit() else 2)
        elif name == "p":
            yield escape(_text(child))
        elif name == "list-item":
            yield f"- {escape(' '.join(_text(one) for one in child))}"
        elif name == "table":
            rows = [one for one in child.iter() if local_name(one) == "table-row"]
            yield write_table([[_text(cell) for cell in row if local_name(cell) == "table-cell"] for row in rows])
        elif name not in _LEFT_OUT:
            yield from _read_blocks(child)


def _text(element: _Element) -> str:
    parts = [element.text or ""]
    for child in element:
        name = local_name(child)
        parts.append(" " if name in _SPACES else "" if name in _LEFT_OUT or not name else _text(child))
        if name == "p":
            parts.append(" ")
        parts.append(child.tail or "")
    return "".join(parts)
