"""Which encoding bytes are in that are not UTF-8, and text that was encoded in UTF-8 twice."""

from __future__ import annotations

import codecs
import re

import chardet
from chardet import EncodingEra

# A text is damaged UTF-8 when it has this many well-formed sequences for each bad byte.
SEQUENCES_PER_BAD_BYTE = 3
# Letters outside ASCII make up at least this share of a text in another alphabet.
FOREIGN_SHARE = 0.25

# EBCDIC and the small regional encodings are never found in a folder of articles, but often guessed.
_ERAS = EncodingEra.MODERN_WEB | EncodingEra.LEGACY_ISO | EncodingEra.LEGACY_MAC | EncodingEra.DOS
# Encodings that few texts were ever written in, and that fit short texts of their neighbours.
_RARE = ("iso8859_3", "iso8859_4", "iso8859_10", "iso8859_14")
_LATIN = ("cp1252", "iso8859_2", "cp1250", "cp1254", "cp1257")
# What is named after the standard is written with the marks of Windows, too, as browsers read it.
_WITH_MARKS = {"iso8859_1": "cp1252", "iso8859_9": "cp1254"}
_MARKS = re.compile(rb"[\x80-\x9f]")
# A capital in the middle of a word, where the encoding is another one.
_CAPITAL_INSIDE = re.compile(r"[a-z](?![\x00-\x7f])([^\W\d_])")
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# What UTF-8 looks like that was read as Windows-1252: "Ã©", "â€œ".
_MISREAD = re.compile("[\u00c2-\u00f4][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
FEWEST_MISREAD = 2
_WINDOWS_BYTES = {
    ord(bytes([byte]).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_HIGH = re.compile(rb"[\x80-\xff]")
_LETTER = re.compile(rb"[A-Za-z]")


def count_bad_bytes(content: bytes) -> int | None:
    """Return how many bytes are not part of UTF-8 when the rest is clearly UTF-8, and None when it is not.

    >>> count_bad_bytes("Müller über Brüssel".encode() + b" \\xfc"), count_bad_bytes("Müller über".encode("cp1252"))
    (1, None)
    """
    sequences = len(_SEQUENCE.findall(content))
    bad = len(_HIGH.findall(_SEQUENCE.sub(b"", content)))
    return bad if sequences >= SEQUENCES_PER_BAD_BYTE * bad else None


def undo_second_encoding(text: str) -> str | None:
    """Return the text where it is wholly UTF-8 that was read as Windows-1252 and encoded again, and None where not.

    >>> undo_second_encoding("The cafÃ© of JosÃ©"), undo_second_encoding("The café of JosÃ©")
    ('The café of José', None)
    """
    if text.isascii() or len(_MISREAD.findall(text)) < FEWEST_MISREAD:
        return None
    try:
        return text.translate(_WINDOWS_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None


def find_encoding(content: bytes) -> str | None:
    """Return the most plausible encoding in Python's spelling, or None when none fits.

    Windows-1252 comes before the encodings that share its letters, and no alphabet is mixed with Latin letters inside
    words: a text that is mostly ASCII is in a Latin encoding.
    """
    name = _find(content, None)
    if name is not None and not _is_latin(name) and _foreign_share(content) < FOREIGN_SHARE:
        name = _find(content, _LATIN)
    if name is None or not _decodes(content, name):
        return _first_fitting(content)
    return "mac_roman" if _is_from_mac(content, name) else name


def _find(content: bytes, among: tuple[str, ...] | None) -> str | None:
    found = chardet.detect(content, encoding_era=_ERAS, include_encodings=among, exclude_encodings=_RARE)["encoding"]
    name = None if found is None else codecs.lookup(found).name.replace("-", "_")
    return _WITH_MARKS[name] if name in _WITH_MARKS and _MARKS.search(content) else name


def _is_from_mac(content: bytes, name: str) -> bool:
    """Tell whether letters and marks make sense as an old Macintosh wrote them and not in the encoding found."""
    return _is_latin(name) and _has_capital_inside(content, name) and not _has_capital_inside(content, "mac_roman")


def _has_capital_inside(content: bytes, name: str) -> bool:
    return any(found[1].isupper() for found in _CAPITAL_INSIDE.finditer(content.decode(name)))


def _is_latin(name: str) -> bool:
    """Tell whether the upper half of an encoding holds Latin letters, as seen from its letters alone."""
    try:
        letters = [letter for letter in bytes(range(0xC0, 0x100)).decode(name, "ignore") if letter.isalpha()]
    except LookupError:
        return False
    return bool(letters) and all(letter < "\u0250" for letter in letters)


def _foreign_share(content: bytes) -> float:
    high = len(_HIGH.findall(content))
    return high / max(1, high + len(_LETTER.findall(content)))


def _decodes(content: bytes, name: str) -> bool:
    try:
        content.decode(name)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _first_fitting(content: bytes) -> str | None:
    return next((name for name in _LATIN if _decodes(content, name)), None)
