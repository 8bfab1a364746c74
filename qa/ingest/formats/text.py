"""Plain text and Markdown: the file's own characters."""

from __future__ import annotations

from qa.ingest.formats.decoding import Decoded, decode


class TextReader:
    """Reads text files; the text is the whole file."""

    name = "text"
    endings = (".txt", ".md")
    packages = ("chardet",)

    def find_obstacle(self) -> str | None:
        """Return None: nothing else has to be installed."""
        return None

    def read(self, content: bytes) -> Decoded:
        """Return the whole text."""
        return decode(content)
