"""A part of a lexical index, searched as if all parts were there.

BM25 weighs a document's length by the mean length, which tantivy takes from the index that it searches. So a part is
opened with documents after its rows that belong to none, with which its mean length is that of all parts. Its files
have no such documents and so depend on its own rows alone; each question says how many words all parts hold.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import tantivy

from qa.store.folder.storage import storing
from qa.store.lexical.reader import META, TantivyIndex, WordCounts, read_segments
from qa.store.lexical.writer import build_segment, write_segments
from qa.store.protocols import Hits, Mask

# The word of padding, which the analyzer of texts never yields because it holds no letter.
PADDING_WORD = "·"
# Numbers of documents that are tried.
MOST_DOCUMENTS = 1_000_000
# Generations for which a part stays open: the current one, and those whose questions are not all answered yet.
KEPT_OPEN = 8


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many words some documents hold together."""

    words: int
    documents: int

    @property
    def mean(self) -> np.float32:
        """The mean length of a document, as tantivy computes it."""
        return np.float32(np.float32(self.words) / np.float32(self.documents))


def padding_for(part: Lengths, whole: Lengths) -> Lengths:
    """Return the fewest documents, and their words, with which the mean length of a part is that of the whole.

    >>> padding_for(Lengths(30, 10), Lengths(100, 40))
    Lengths(words=0, documents=2)
    """
    documents = part.documents + np.arange(MOST_DOCUMENTS)
    words = np.rint(documents * (whole.words / whole.documents)).astype(np.int64)
    means = words.astype(np.float32) / documents.astype(np.float32)
    fits = (means == whole.mean) & (words >= part.words)
    fits[0] = part.mean == whole.mean
    added = int(fits.argmax())
    if not fits[added]:
        raise ValueError(f"No padding gives {part} the mean length of {whole}.")
    return Lengths(int(words[added]) - part.words if added else 0, added)


@dataclass(frozen=True, slots=True)
class WholeCounts:
    """The words of all parts, and how many of their documents hold each of some terms."""

    lengths: Lengths
    frequencies: Mapping[str, int]


class PartIndex:
    """A finished lexical index that is a part of one; ``lengths`` are the words of its own documents."""

    def __init__(self, folder: Path, lengths: Lengths) -> None:
        self._folder = folder
        self._lengths = lengths
        self._padded = lru_cache(KEPT_OPEN)(self._open)

    def search(self, question: str, count: int, among: Mask | None, whole: WholeCounts) -> Hits:
        """Return the best rows, scored as all parts together would score them."""
        counts = WordCounts(whole.lengths.documents, whole.frequencies)
        return self._padded(whole.lengths).search(question, count, among, counts)

    def _open(self, whole: Lengths) -> TantivyIndex:
        added = padding_for(self._lengths, whole) if self._lengths.documents else Lengths(0, 0)
        if not added.documents:
            return TantivyIndex(self._folder)
        with storing("a part of the index"), tempfile.TemporaryDirectory(prefix="padding-") as place:
            _write_padded(self._folder, added, Path(place))
            return TantivyIndex(Path(place), added.documents)


def _write_padded(folder: Path, added: Lengths, place: Path) -> None:
    """Put links to the files of an index into an empty folder, with the padding after them."""
    for path in folder.resolve().glob("[!.]*"):
        if path.name != META:
            (place / path.name).symlink_to(path)
    shutil.copyfile(folder / META, place / META)
    words = np.full(added.documents, added.words // added.documents)
    words[: added.words % added.documents] += 1
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    padding = build_segment(place, (" ".join([PADDING_WORD] * count) for count in words.tolist()), analyzer)
    write_segments(place, [*read_segments(folder), padding])
