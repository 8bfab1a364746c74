"""Rows by inner product with a sentence vector: FAISS, sixteen bits a number, memory-mapped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from qa.errors import IndexCorrupt
from qa.index.storage import FileDigest, Output, unreadable
from qa.protocols import Hits, Mask, Matrix, Rows, Vector


def as_stored(vectors: Matrix) -> Matrix:
    """Return the vectors rounded as the index keeps them, so that storing them again changes nothing."""
    return vectors.astype(np.float16).astype(np.float32)


class FaissIndex:
    """A finished FAISS index of sentence vectors, one a row."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def open(cls, path: Path, *, count: int, dimension: int) -> FaissIndex:
        """Map a checked file; raises IndexCorrupt when its size is not the manifest's."""
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:  # The file was checked: it is the system that refuses.
            raise unreadable(path, error) from error
        if (index.ntotal, index.d) != (count, dimension):
            raise IndexCorrupt(
                f"{path} holds {index.ntotal} vectors of {index.d}, the manifest says {count} of {dimension}."
            )
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vector: Vector, count: int, among: Mask | None = None) -> Hits:
        if vector.shape != (self._index.d,):
            raise ValueError(f"The vector has shape {vector.shape}, the index holds vectors of {self._index.d}.")
        if not np.isfinite(vector).all():
            raise ValueError("The vector holds a number that is not finite.")
        count = min(count, len(self))
        if count <= 0:
            return Hits(np.empty(0, np.int64), np.empty(0, np.float32))
        # One thread is faster than several here, and the setting belongs to the calling thread.
        faiss.omp_set_num_threads(1)
        scores, rows = self._index.search(np.ascontiguousarray(vector[None], np.float32), count, **_only(among))
        found = rows[0] >= 0
        rows, scores = rows[0][found], scores[0][found]
        order = np.lexsort((rows, -scores))
        return Hits(rows[order], scores[order])

    def vectors(self, rows: Rows) -> Matrix:
        wanted = np.ascontiguousarray(rows, np.int64)
        if len(wanted) == 0:
            return np.empty((0, self._index.d), np.float32)
        if wanted.min() < 0 or wanted.max() >= len(self):
            raise IndexError(f"Rows {wanted.min()} to {wanted.max()} of {len(self)}.")
        found: Matrix = self._index.reconstruct_batch(wanted)
        return found


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
        self._index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self.reader = FaissIndex(self._index)

    def add(self, vectors: Matrix) -> None:
        """Add the next rows, (n, d)."""
        self._index.add(np.ascontiguousarray(as_stored(vectors)))

    def write(self, path: Path) -> FileDigest:
        """Write the index as a new file."""
        with Output(path) as output:
            untyped: Any = faiss  # Its stubs leave this class out.
            faiss.write_index(self._index, untyped.PyCallbackIOWriter(output.write))
        return output.digest
