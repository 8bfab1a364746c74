"""Books (.epub): the chapters in their order, by lxml."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from qa.ingest.formats.archives.archive import Archive
from qa.ingest.formats.archives.xml_tree import local_name, parse_xml
from qa.ingest.formats.decoding import Decoded, Undecodable, with_digest
from qa.ingest.formats.html.blocks import parse_html, read_blocks
from qa.ingest.formats.markdown_writer import write_document
from qa.ingest.metadata.bylines import split_authors
from qa.ingest.metadata.dates import parse_date

if TYPE_CHECKING:
    from lxml.etree import _Element

CHAPTERS = 2_000

_FONTS = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")


class EpubReader:
    """Reads books without digital rights management."""

    name = "EPUB"
    endings = (".epub",)
    packages = ("lxml",)
    module = "lxml"

    def recognises(self, content: bytes) -> bool:
        """Tell whether the archive says that it is a book."""
        return b"application/epub+zip" in content[:100]

    def read(self, content: bytes) -> Decoded:
        """Return the book as Markdown; raises Undecodable for damage, rights management and bombs."""
        archive = Archive(content)
        encryption = archive.read("META-INF/encryption.xml")
        encrypted = encryption.count(b"EncryptionMethod") - sum(encryption.count(font) for font in _FONTS)
        if "META-INF/rights.xml" in archive.names or encrypted > 0:
            raise Undecodable("protected by digital rights management")
        package = _find_package(archive)
        root = parse_xml(archive.read(package))
        blocks = [block for name in _list_chapters(root, package) for block in _read_chapter(archive.read(name))]
        if not any(block.strip() for block in blocks):
            raise Undecodable("no text in it")
        known: dict[str, str] = {}
        for element in root.iter():
            known.setdefault(local_name(element), " ".join((element.text or "").split()))
        date = parse_date(known.get("date", ""))
        authors = split_authors(known.get("creator", ""))
        text = write_document(blocks, known.get("title") or None, date, authors, known.get("language", "")[:2] or None)
        return with_digest(text, None)


def _find_package(archive: Archive) -> str:
    container = archive.read("META-INF/container.xml")
    elements = parse_xml(container).iter() if container else ()
    paths = [one.get("full-path") for one in elements if local_name(one) == "rootfile"]
    if not paths or paths[0] not in archive.names:
        raise Undecodable("a damaged book: it names no package")
    return str(paths[0])


def _list_chapters(root: _Element, package: str) -> Iterator[str]:
    elements = list(root.iter())
    files = {one.get("id"): one.get("href") or "" for one in elements if local_name(one) == "item"}
    spine = [files.get(one.get("idref"), "") for one in elements if local_name(one) == "itemref"]
    for href in spine[:CHAPTERS]:
        if href:
            yield posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(href)))


def _read_chapter(content: bytes) -> list[str]:
    return read_blocks(parse_html(content)) if content.strip() else []
