"""The seam that every file format implements: bytes in, decoded text out."""

from __future__ import annotations

from typing import Protocol

from qa.ingest.formats.decoding import Decoded


class FormatReader(Protocol):
    """Reads files of one format.

    ``endings`` are in lower case and start with a dot. ``packages`` are the distributions whose versions decide the
    text.
    """

    @property
    def name(self) -> str: ...

    @property
    def endings(self) -> tuple[str, ...]: ...

    @property
    def packages(self) -> tuple[str, ...]: ...

    def find_obstacle(self) -> str | None:
        """Return why files of this format cannot be read here, for example a missing package."""
        ...

    def read(self, content: bytes) -> Decoded:
        """Return the article's text; raises Undecodable with the reason when there is none."""
        ...
