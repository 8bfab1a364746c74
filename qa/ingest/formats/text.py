"""Plain text and Markdown: the file's own characters."""

from __future__ import annotations

from qa.ingest.formats.decoding import Decoded, decode


class TextReader:
    """Reads text files; the text is the whole file."""

    name = "text"
    endings = (".txt", ".md", ".markdown")
    packages = ("chardet",)
    module = None

    def recognises(self, content: bytes) -> bool:
        """Return False: anything can be text."""
        return False

    def read(self, content: bytes) -> Decoded:
        """Return the whole text."""
        return decode(content)
