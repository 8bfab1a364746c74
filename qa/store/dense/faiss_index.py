"""Rows by inner product with a sentence vector: FAISS, eight bits a number and then sixteen, memory-mapped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from qa.errors import IndexCorrupt
from qa.protocols import Hits, Mask, Matrix, Rows, Vector
from qa.store.folder.storage import FileDigest, Output, unreadable

# So many more rows are taken from the scan of eight bits than are asked for.
MARGIN = 50
CHUNK = 1024


def as_stored(vectors: Matrix) -> Matrix:
    """Return the vectors rounded as the index keeps them, so that storing them again changes nothing."""
    return vectors.astype(np.float16).astype(np.float32)


class FaissIndex:
    """A finished FAISS index of sentence vectors, one a row.

    A search scans them with eight bits a number, which is half the memory to read, and ranks the best of that with
    sixteen: see README.md for what that is worth.
    """

    def __init__(self, coarse: Any, exact: Any, owner: Any = None) -> None:
        """The owner is what has to live as long as the two parts do."""
        self._coarse = coarse
        self._exact = exact
        self._owner = owner

    @classmethod
    def open(cls, path: Path, *, count: int, dimension: int) -> FaissIndex:
        """Map a checked file; raises IndexCorrupt when its size is not the manifest's."""
        try:
            both: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:  # The file was checked: it is the system that refuses.
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
        wide = min(count + MARGIN, len(self))
        _, found = self._coarse.search(_stretched(vector, float(np.abs(vector).max()))[None], wide, **_only(among))
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


def _stretched(vectors: Matrix, peak: float) -> Matrix:
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


class FaissWriter:
    """Collects the vectors of a new generation in order of row."""

    def __init__(self, dimension: int) -> None:
        kind = faiss.ScalarQuantizer
        self._coarse = faiss.IndexScalarQuantizer(dimension, kind.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT)
        self._exact = faiss.IndexScalarQuantizer(dimension, kind.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._peak = 0.0
        self.reader = FaissIndex(self._coarse, self._exact)

    def add(self, vectors: Matrix) -> None:
        """Add the next rows, (n, d)."""
        stored = np.ascontiguousarray(as_stored(vectors))
        self._peak = max(self._peak, float(stored.max(initial=0)), -float(stored.min(initial=0)))
        self._exact.add(stored)

    def write(self, path: Path) -> FileDigest:
        """Write the index as a new file; nothing can be added afterwards."""
        for start in range(0, len(self.reader), CHUNK):
            vectors = self._exact.reconstruct_n(start, min(CHUNK, len(self.reader) - start))
            self._coarse.add(_stretched(vectors, self._peak))
        untyped: Any = faiss  # Its stubs leave these classes out.
        with Output(path) as output:
            untyped.write_index(
                untyped.IndexRefine(self._coarse, self._exact), untyped.PyCallbackIOWriter(output.write)
            )
        return output.digest
