"""The dense index of a new generation, collected in memory and written as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from qa.digests import FileDigest
from qa.protocols import Matrix, Rows
from qa.store.dense.reader import FaissIndex, stretch
from qa.store.folder.storage import Output

CHUNK_ROWS = 1024


def as_stored(vectors: Matrix) -> Matrix:
    """Return the vectors rounded as the index keeps them, so that storing them again changes nothing."""
    return vectors.astype(np.float16).astype(np.float32)


class FaissWriter:
    """Collects the vectors of a new generation in order of row."""

    def __init__(self, dimension: int) -> None:
        kind = faiss.ScalarQuantizer
        self._coarse = faiss.IndexScalarQuantizer(dimension, kind.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT)
        self._exact = faiss.IndexScalarQuantizer(dimension, kind.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._peak = 0.0
        self._reader = FaissIndex(self._coarse, self._exact)

    def add(self, vectors: Matrix) -> None:
        """Add the next rows, (n, d)."""
        stored = np.ascontiguousarray(as_stored(vectors))
        self._peak = max(self._peak, float(stored.max(initial=0)), -float(stored.min(initial=0)))
        self._exact.add(stored)

    def vectors(self, rows: Rows) -> Matrix:
        """Return vectors that were added, (len(rows), d), as they are stored."""
        return self._reader.vectors(rows)

    @property
    def peak(self) -> float:
        """The largest number among the vectors, without its sign."""
        return self._peak

    def write(self, path: Path, peak: float | None = None) -> FileDigest:
        """Write the index as a new file; nothing can be added afterwards.

        peak is the largest number among the vectors of all parts of an index that this one is a part of.
        """
        for start in range(0, len(self._reader), CHUNK_ROWS):
            vectors = self._exact.reconstruct_n(start, min(CHUNK_ROWS, len(self._reader) - start))
            self._coarse.add(stretch(vectors, self._peak if peak is None else peak))
        untyped: Any = faiss  # Its stubs leave these classes out.
        with Output(path) as output:
            untyped.write_index(
                untyped.IndexRefine(self._coarse, self._exact), untyped.PyCallbackIOWriter(output.write)
            )
        return output.digest
