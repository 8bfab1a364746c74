"""Documents that belong to no row, so that the mean length in a part of an index equals that in all parts.

BM25 weighs a document's length by the mean length, which tantivy takes from the index that it searches.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy

from qa.digests import FileDigest
from qa.store.folder.storage import sync_file, sync_folder
from qa.store.lexical.reader import PADDING
from qa.store.lexical.writer import append_group

# The word of padding, which the analyzer of texts never yields because it holds no letter.
PADDING_WORD = "·"
# Numbers of documents that are tried.
MOST_DOCUMENTS = 1_000_000


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


def pad_index(folder: Path, part: Lengths, whole: Lengths) -> dict[str, FileDigest]:
    """Pad a finished lexical index; return the digests of all its files by name."""
    if part.documents:
        added = padding_for(part, whole)
        if added.documents:
            words = np.full(added.documents, added.words // added.documents)
            words[: added.words % added.documents] += 1
            append_group(
                folder, PADDING, (" ".join([PADDING_WORD] * count) for count in words.tolist()), _spaced_words()
            )
    digests = {path.name: sync_file(path) for path in sorted(folder.iterdir())}
    sync_folder(folder)
    return digests


def _spaced_words() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
