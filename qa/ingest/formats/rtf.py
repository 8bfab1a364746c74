"""Rich text (.rtf), by striprtf."""

from __future__ import annotations

import importlib

from qa.ingest.formats.decoding import Decoded, Undecodable, with_digest
from qa.ingest.formats.markdown_writer import escape, write_document
from qa.text.counts import counted

RTF_BYTES = 16 * 1024 * 1024
RTF_MARK = b"{\\rtf"


class RtfReader:
    """Reads rich text."""

    name = "RTF"
    endings = (".rtf",)
    packages = ("striprtf",)
    module = "striprtf"

    def recognises(self, content: bytes) -> bool:
        """Tell whether the content starts as rich text does."""
        return content.startswith(RTF_MARK)

    def read(self, content: bytes) -> Decoded:
        """Return the text, one paragraph per block; raises Undecodable when there is none."""
        if not content.startswith(RTF_MARK):
            raise Undecodable("not rich text")
        if len(content) > RTF_BYTES:
            raise Undecodable(f"larger than 16 MiB for rich text: {len(content):,} bytes")
        convert = importlib.import_module("striprtf.striprtf").rtf_to_text
        try:
            text: str = convert(content.decode("latin-1"), errors="replace")
        except (ValueError, IndexError, KeyError, LookupError, RecursionError, TypeError) as error:
            raise Undecodable("damaged rich text") from error
        blocks = [escape(line) for line in text.split("\n")]
        if not any(blocks):
            raise Undecodable("no text in it")
        bad = text.count("\ufffd")
        note = f"{counted(bad, 'character')} could not be decoded, shown as \ufffd" if bad else None
        return with_digest(write_document(blocks, None, None, (), None), note)
