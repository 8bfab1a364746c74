"""All formats, and the choice of the reader for a file: by its ending, and by what its bytes are."""

from __future__ import annotations

from pathlib import PurePath

from qa.ingest.formats.archives.docx import DocxReader
from qa.ingest.formats.archives.epub import EpubReader
from qa.ingest.formats.archives.odt import OdtReader
from qa.ingest.formats.eml import EmlReader
from qa.ingest.formats.html.reader import HtmlReader
from qa.ingest.formats.pdf.reader import PdfReader
from qa.ingest.formats.reader import FormatReader
from qa.ingest.formats.rtf import RtfReader
from qa.ingest.formats.text import TextReader

READERS: tuple[FormatReader, ...] = (
    TextReader(), HtmlReader(), PdfReader(), DocxReader(), OdtReader(), EpubReader(), RtfReader(), EmlReader(),
)  # fmt: skip
ENDINGS = tuple(reader.endings[0] for reader in READERS)

_BY_ENDING = {ending: reader for reader in READERS for ending in reader.endings}


def find_reader(source: str) -> FormatReader | None:
    """Return the reader for files with this name, or None.

    >>> find_reader("News/Page.HTM").name
    'HTML'
    """
    return _BY_ENDING.get(PurePath(source).suffix.lower())


def recognise(content: bytes) -> FormatReader | None:
    """Return the reader of the format that the bytes are in, or None when no format is certain.

    >>> recognise(b"%PDF-1.7 ...").name
    'PDF'
    """
    return next((reader for reader in READERS if reader.recognises(content)), None)
