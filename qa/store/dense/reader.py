"""Rows by inner product with a sentence vector: FAISS, first with 8 bits per number, then with 16; memory-mapped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from qa.errors import IndexCorrupt
from qa.protocols import Matrix, Rows, Vector
from qa.store.equal_scores import cosines
from qa.store.folder.storage import unreadable
from qa.store.protocols import Hits, Mask, best_of

# Rows that the scan of eight bits returns beyond those asked for.
MARGIN_ROWS = 50
# Each further scan of one whose last rows tie looks this many times as deep.
DEEPER = 8


class FaissIndex:
    """A finished FAISS index with one sentence vector per row.

    A search scans the vectors with 8 bits per number, which halves the memory to read, and ranks the best of them
    again with 16 bits; README.md has the measurements.
    """

    def __init__(self, coarse: Any, exact: Any, owner: Any = None) -> None:
        """Keep a reference to the owner, which must live as long as the two parts."""
        self._coarse = coarse
        self._exact = exact
        self._owner = owner

    @classmethod
    def open(cls, path: Path, *, count: int, dimension: int) -> FaissIndex:
        """Map a checked file; raises IndexCorrupt when its size is not the manifest's."""
        try:
            both: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:  # The digest matched, so this is an I/O error, not corruption.
            raise unreadable(path, error) from error
        if (both.ntotal, both.d) != (count, dimension):
            raise IndexCorrupt(
                f"{path} holds {both.ntotal} vectors of {both.d}, the manifest says {count} of {dimension}."
            )
        return cls(faiss.downcast_index(both.base_index), faiss.downcast_index(both.refine_index), both)

    def __len__(self) -> int:
        return int(self._exact.ntotal)

    def search(self, vector: Vector, count: int, among: Mask | None = None) -> Hits:
        scanned = self.scan(vector, count + MARGIN_ROWS if count > 0 else 0, among)
        return best_of(scanned.rows, cosines(self.vectors(scanned.rows), vector), count)

    def scan(self, vector: Vector, count: int, among: Mask | None = None) -> Hits:
        """Return the best rows by 8 bits per number, scored by the whole numbers that these are."""
        if vector.shape != (self._exact.d,):
            raise ValueError(f"The vector has shape {vector.shape}, the index holds vectors of {self._exact.d}.")
        if not np.isfinite(vector).all():
            raise ValueError("The vector holds a number that is not finite.")
        if min(count, len(self)) <= 0:
            return Hits(np.empty(0, np.int64), np.empty(0, np.float32))
        # One thread is faster than several here, and the setting belongs to the calling thread.
        faiss.omp_set_num_threads(1)
        question, only = stretch(vector, float(np.abs(vector).max()))[None], _only(among)
        depth = min(count + 1, len(self))
        while True:
            [scores], [rows] = self._coarse.search(question, depth, **only)
            # FAISS breaks ties as it pleases, so every row that ties with the last one wanted has to be there.
            if depth == len(self) or rows[-1] < 0 or scores[-1] < scores[count - 1]:
                found = rows >= 0
                return best_of(rows[found], scores[found], count)
            depth = min(depth * DEEPER, len(self))

    def vectors(self, rows: Rows) -> Matrix:
        wanted = np.ascontiguousarray(rows, np.int64)
        if len(wanted) == 0:
            return np.empty((0, self._exact.d), np.float32)
        if wanted.min() < 0 or wanted.max() >= len(self):
            raise IndexError(f"Rows {wanted.min()} to {wanted.max()} of {len(self)}.")
        found: Matrix = self._exact.reconstruct_batch(wanted)
        return found


def stretch(vectors: Matrix, peak: float) -> Matrix:
    """Return the vectors as whole numbers up to 127, where peak is the largest number among them."""
    stretched: Matrix = vectors * np.float32(127 / peak if peak > 0 else 1)
    return np.rint(stretched, out=stretched)


def _only(among: Mask | None) -> dict[str, Any]:
    """Return the search parameters that leave out all other rows."""
    if among is None:
        return {}
    untyped: Any = faiss  # Its stubs know the C++ signatures only.
    bits = np.packbits(among, bitorder="little")
    return {"params": untyped.SearchParameters(sel=untyped.IDSelectorBitmap(bits))}
