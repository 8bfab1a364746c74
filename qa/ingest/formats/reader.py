"""The seam that every file format implements: bytes in, decoded text out."""

from __future__ import annotations

import importlib.util
from typing import Protocol

from qa.ingest.formats.decoding import Decoded

INSTALL = "pip install 'qa-articles[formats]'"


class FormatReader(Protocol):
    """Reads files of one format.

    ``endings`` are in lower case and start with a dot. ``packages`` are the distributions whose versions decide the
    text. ``module`` is the library without which nothing can be read, or None.
    """

    @property
    def name(self) -> str: ...

    @property
    def endings(self) -> tuple[str, ...]: ...

    @property
    def packages(self) -> tuple[str, ...]: ...

    @property
    def module(self) -> str | None: ...

    def recognises(self, content: bytes) -> bool:
        """Tell from the first bytes, and from the names inside an archive, that the content is of this format."""
        ...

    def read(self, content: bytes) -> Decoded:
        """Return the article's text; raises Undecodable with the reason when there is none."""
        ...


def find_obstacle(reader: FormatReader) -> str | None:
    """Return why files of this format cannot be read here: the library that has to be installed, or None."""
    if reader.module is None or importlib.util.find_spec(reader.module) is not None:
        return None
    return f"reading {reader.name} needs {reader.module}: {INSTALL}"
