"""Whether a file that comes from elsewhere is an article of the format that its name says, and nothing besides."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from qa.errors import BadRequest
from qa.ingest.files import SIZE_LIMIT_BYTES, SourceFile, Unreadable, read_file
from qa.ingest.formats.registry import READERS, find_reader

_SCRIPT_STARTS = (b"#!", b"<?php", b"<%")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def check_content(path: Path, name: str, content: bytes) -> None:
    """Raise BadRequest with the reason unless the file at this path, of this content, can be read as its name says."""
    reason = _find_fault(name, content)
    if reason is not None:
        raise BadRequest(f"It cannot be added: {reason}.")
    try:
        read_file(SourceFile(name, name, path, len(content), 0))
    except Unreadable as error:
        raise BadRequest(f"It cannot be read: {error.reason}.") from error


def _find_fault(name: str, content: bytes) -> str | None:
    if not content:
        return "it is empty"
    if len(content) > SIZE_LIMIT_BYTES:
        return "it is larger than 64 MiB"
    start = content[:100].removeprefix(_BYTE_ORDER_MARK).lstrip().lower()
    if start.startswith(_SCRIPT_STARTS):
        return "it is a program"
    named = find_reader(name)
    others = [reader.name for reader in READERS if reader is not named and reader.recognises(content)]
    if others:
        return f"its content is {others[0]}, which its name does not say"
    # An archive is read from its end, so any other file can carry one behind itself.
    if not content.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(content)):
        return "an archive is hidden in it"
    return None
