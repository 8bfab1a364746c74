"""Rows by inner product with a sentence vector: FAISS, first with 8 bits per number, then with 16; memory-mapped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from qa.errors import IndexCorrupt
from qa.protocols import Matrix, Rows, Vector
from qa.store.folder.storage import unreadable
from qa.store.protocols import Hits, Mask

# Rows that the scan of eight bits returns beyond those asked for.
MARGIN_ROWS = 50


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
        if vector.shape != (self._exact.d,):
            raise ValueError(f"The vector has shape {vector.shape}, the index holds vectors of {self._exact.d}.")
        if not np.isfinite(vector).all():
            raise ValueError("The vector holds a number that is not finite.")
        count = min(count, len(self))
        if count <= 0:
            return Hits(np.empty(0, np.int64), np.empty(0, np.float32))
        # One thread is faster than several here, and the setting belongs to the calling thread.
        faiss.omp_set_num_threads(1)
        wide = min(count + MARGIN_ROWS, len(self))
        _, found = self._coarse.search(stretch(vector, float(np.abs(vector).max()))[None], wide, **_only(among))
        rows = found[0][found[0] >= 0]
        scores = self.vectors(rows) @ np.asarray(vector, np.float32)
        order = np.lexsort((rows, -scores))[:count]
        return Hits(rows[order], scores[order])

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
