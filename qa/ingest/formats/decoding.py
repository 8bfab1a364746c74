"""Bytes to text: UTF-8 first, even with a few bad bytes, then a detected encoding; every replacement is noted."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass

from qa.ingest.formats.encodings import count_bad_bytes, find_encoding, undo_second_encoding

# Text with a larger share of control characters is binary.
CONTROL_SHARE = 0.002

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = dict.fromkeys([*range(9), 11, *range(14, 32), 127])


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with the SHA-256 of its UTF-8 form; ``note`` says what was unusual about the file."""

    text: str
    sha256: str
    note: str | None


class Undecodable(ValueError):
    """The bytes hold no text that can be read; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def with_digest(text: str, note: str | None) -> Decoded:
    """Return the text and note with the text's digest."""
    return Decoded(text, hashlib.sha256(text.encode("utf-8")).hexdigest(), note)


def decode(content: bytes) -> Decoded:
    """Return the bytes as text; raises Undecodable when they are not text.

    >>> decode("Zoë".encode()).text
    'Zoë'
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return _detect(content)
    if "\0" in text or _looks_binary(text):
        raise Undecodable("not text: it holds NUL bytes or control characters")
    if not text.strip():
        raise Undecodable("no text in it: only white space")
    once = undo_second_encoding(text)
    if once is not None:
        return with_digest(once, "encoded in UTF-8 twice, decoded twice")
    return with_digest(text, None if encoding.startswith("utf-8") else f"decoded as {encoding.upper()}")


def _detect(content: bytes) -> Decoded:
    if b"\0" in content:
        raise Undecodable("not text: it holds NUL bytes")
    bad = count_bad_bytes(content)
    encoding = find_encoding(content) if bad is None else "utf-8"
    if encoding is None:
        raise Undecodable("not text: no encoding fits")
    text = content.decode(encoding, "strict" if bad is None else "replace")
    if _looks_binary(text):
        raise Undecodable("not text: it holds control characters")
    if bad is None:
        return with_digest(text, f"not UTF-8, decoded as {encoding}")
    count = "1 byte is" if bad == 1 else f"{bad:,} bytes are"
    return with_digest(text, f"{count} not UTF-8 and shown as \ufffd")


def _looks_binary(text: str) -> bool:
    return len(text) - len(text.translate(_CONTROLS)) > CONTROL_SHARE * len(text) + 1
