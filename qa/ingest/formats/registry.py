"""All formats, and the choice of the reader for a file."""

from __future__ import annotations

from pathlib import PurePath

from qa.ingest.formats.html import HtmlReader
from qa.ingest.formats.reader import FormatReader
from qa.ingest.formats.text import TextReader

READERS: tuple[FormatReader, ...] = (TextReader(), HtmlReader())

_BY_ENDING = {ending: reader for reader in READERS for ending in reader.endings}


def find_reader(source: str) -> FormatReader | None:
    """Return the reader for files with this name, or None.

    >>> find_reader("News/Page.HTM").name
    'HTML'
    """
    return _BY_ENDING.get(PurePath(source).suffix.lower())
