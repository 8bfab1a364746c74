"""Whole sentences from the pieces of a stream, each with its markers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qa.text.sentences import split_sentences

# A full stop with its closing marks, the markers behind it on its line, and the white space before the next sentence.
_END = re.compile(r"[.!?…][\"”’')\]]*(?:[^\S\n]*\[[\d,\s]{1,20}\])*\s+(?=[^\s\[])|\s*\n\s*(?=\S)")
_MARKERS = re.compile(r"\s*\[((?:\d{1,4}\s*,?\s*)+)\]")
_DECORATION = re.compile(r"^(?:[-*•#>]+|\d{1,2}[.)])\s+|\*\*|__|`")
# Title and date as they stand in front of a quotation, which small models copy.
_SOURCE = re.compile(r"^\((?:[^()]|\([^()]*\))*\)\s+(?=\S)")
_ENDED = re.compile(r"[.!?…][\"”’')]*$")


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence as it was written: its text without the markers, and the markers in their order."""

    text: str
    markers: tuple[int, ...]


def split_stream(pieces: Iterable[str]) -> Iterator[DraftSentence]:
    """Yield each sentence once it is whole. What is not ended by a mark of punctuation is cut off and left out.

    >>> list(split_stream(["It sank in 1994 [1]. Two men we", "re saved. [2]"]))
    [DraftSentence(text='It sank in 1994.', markers=(1,)), DraftSentence(text='Two men were saved.', markers=(2,))]
    """
    held = ""
    for piece in pieces:
        held += piece
        while (end := _find_end(held)) is not None:
            yield from _read(held[:end])
            held = held[end:]
    while (end := _find_end(held + "\n")) is not None:
        yield from _read(held[:end])
        held = held[end:]
    yield from _read(held)


def _find_end(text: str) -> int | None:
    """Return where the first sentence ends, white space included, or None until the first word behind it is whole."""
    without_markers = _MARKERS.sub(lambda found: " " * len(found[0]), text)
    for found in _END.finditer(text):
        after = text[found.end() :]
        if not after or after.split(maxsplit=1)[0] == after:
            return None
        if "\n" in found[0] or _begins_sentence(without_markers, found.end()):
            return found.end()
    return None


def _begins_sentence(text: str, place: int) -> bool:
    word_end = place + len(text[place:].split(maxsplit=1)[0])
    return any(span.start == place for span in split_sentences(text[:word_end], 0, word_end))


def _read(text: str) -> Iterator[DraftSentence]:
    markers = [int(number) for found in _MARKERS.finditer(text) for number in re.findall(r"\d+", found[1])]
    plain = " ".join(_SOURCE.sub("", _DECORATION.sub("", _MARKERS.sub("", text).strip())).split())
    plain = re.sub(r"\s+([.,;:!?])", r"\1", plain)
    if _ENDED.search(plain):
        yield DraftSentence(plain, tuple(dict.fromkeys(markers)))
