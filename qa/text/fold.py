"""Folded text, for comparing and searching: one spelling of quotes, dashes, width, case and accents."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.records import Span

_PLAIN = {
    **dict.fromkeys("‘’‚‛′´`ʼʹ‹›＇", "'"),
    **dict.fromkeys("“”„‟″«»〝〞＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    **dict.fromkeys("øØ", "o"),
    **dict.fromkeys("łŁ", "l"),
    **dict.fromkeys("đĐðÐ", "d"),
    "ı": "i",
    **dict.fromkeys("æÆ", "ae"),
    **dict.fromkeys("œŒ", "oe"),
    **dict.fromkeys("þÞ", "th"),
}
_ACCENT_RANGES = ((0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F))


def _is_dropped(character: str) -> bool:
    """Tell whether folding drops a character: format characters, variation selectors, accents of alphabetic scripts.

    Vowel signs of Indic scripts and Japanese voicing marks stay, because they change the word.
    """
    point = ord(character)
    if any(first <= point <= last for first, last in _ACCENT_RANGES) or 0xFE00 <= point <= 0xFE0F:
        return True
    return unicodedata.category(character) == "Cf"


def _fold_character(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(_PLAIN.get(letter, letter) for letter in letters if not _is_dropped(letter))


class _FoldTable(dict[int, str]):
    """A table for str.translate that folds each code point on first use."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold_character(chr(point))
        return folded


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """Return the text in one spelling. Each code point is folded independently.

    >>> fold("César’s “war”—now")
    'cesar\\'s "war"-now'
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    return text.translate(_TABLE)


@dataclass(frozen=True, slots=True, eq=False)
class FoldedText:
    """A folded text that maps back to its original: code point i comes from ``offsets[i]``.

    offsets (len(text),) never decrease.
    """

    text: str
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, text: str) -> FoldedText:
        """Fold a text and record where each code point comes from."""
        folded = [_TABLE[ord(character)] for character in text]
        lengths = np.fromiter((len(letters) for letters in folded), dtype=np.int64, count=len(folded))
        return cls("".join(folded), np.repeat(np.arange(len(folded), dtype=np.int64), lengths))

    def original(self, start: int, end: int) -> Span:
        """Map a non-empty range of the folded text to the original.

        >>> FoldedText.of("ﬁne—César").original(5, 10)
        Span(start=4, end=9)
        """
        return Span(int(self.offsets[start]), int(self.offsets[end - 1]) + 1)
