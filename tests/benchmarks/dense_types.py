"""Which FAISS index to keep the sentence vectors in: time, recall, building and size of each, by number of vectors.

    python -m tests.benchmarks.dense_types INDEX QUESTIONS 1000,10000,100000

INDEX is an index with at least as many rows as the largest number, QUESTIONS a JSON array of texts. It runs in one
thread, and its times are processor time.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import faiss
import numpy as np

from qa.encode.encoder import OnnxEncoder
from qa.protocols import Matrix
from qa.store.dense.reader import FaissIndex
from qa.store.dense.writer import FaissWriter
from qa.store.snapshot import open_snapshot
from tests.benchmarks.figures import quantile, say, table

DEPTH = 100
LISTS_PROBED = 32
NEIGHBOURS, EXPLORED, EXPLORED_BUILDING = 32, 200, 80


def _flat(width: int, count: int) -> Any:
    return faiss.IndexFlatIP(width)


def _scalar(kind: int) -> Callable[[int, int], Any]:
    return lambda width, count: faiss.IndexScalarQuantizer(width, kind, faiss.METRIC_INNER_PRODUCT)


def _graph(width: int, count: int) -> Any:
    index = faiss.IndexHNSWFlat(width, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction, index.hnsw.efSearch = EXPLORED_BUILDING, EXPLORED
    return index


def _lists(width: int, count: int) -> Any:
    quantizer = faiss.IndexFlatIP(width)
    index = faiss.IndexIVFFlat(quantizer, width, int(4 * count**0.5), faiss.METRIC_INNER_PRODUCT)
    index.nprobe = LISTS_PROBED
    # More iterations find hardly better lists, and training would take longer than all of the rest.
    index.cp.niter = 5
    return index


class _InUse:
    """The index of qa/store/dense, used like a type of FAISS."""

    def __init__(self, width: int, count: int) -> None:
        self._folder = TemporaryDirectory()
        self._writer, self._shape = FaissWriter(width), (count, width)
        self.path = Path(self._folder.name, "dense.faiss")

    def train(self, vectors: Matrix) -> None:
        """Nothing has to be learnt."""

    def add(self, vectors: Matrix) -> None:
        """Add all vectors, and write them."""
        count, width = self._shape
        self._writer.add(vectors)
        self._writer.write(self.path)
        self._index = FaissIndex.open(self.path, count=count, dimension=width)

    def search(self, questions: Matrix, depth: int) -> tuple[Any, Any]:
        """Return scores and rows for one question, (1, depth)."""
        hits = self._index.search(questions[0], depth)
        return hits.scores[None], hits.rows[None]


TYPES: dict[str, Callable[[int, int], Any]] = {
    "Flat": _flat,
    "SQfp16": _scalar(faiss.ScalarQuantizer.QT_fp16),
    "SQ8": _scalar(faiss.ScalarQuantizer.QT_8bit),
    "in use: 8 bits, the best with fp16": _InUse,
    f"HNSW{NEIGHBOURS}, ef {EXPLORED}": _graph,
    f"IVF, {LISTS_PROBED} lists": _lists,
}


def compare(vectors: Matrix, questions: Matrix) -> Iterator[list[object]]:
    """Yield a line of figures for each type over these vectors (n, d)."""
    exact: list[Any] = []
    for name, make in TYPES.items():
        index = make(vectors.shape[1], len(vectors))
        started = time.process_time()
        index.train(vectors)
        index.add(vectors)
        built = time.process_time() - started
        found, taken = [], []
        for question in questions:
            started = time.process_time()
            found.append(index.search(question[None], DEPTH)[1][0])
            taken.append((time.process_time() - started) * 1000)
        exact = exact or found
        shares = [len(np.intersect1d(a, b)) / len(a) for a, b in zip(exact, found, strict=True)]
        size = index.path.stat().st_size if isinstance(index, _InUse) else len(faiss.serialize_index(index))
        yield [
            f"{len(vectors):,}",
            name,
            quantile(taken, 0.5),
            quantile(taken, 0.99),
            f"{np.mean(shares):.4f}",
            built,
            size / 1e6,
        ]


def main(index: Path, questions: list[str], sizes: list[int]) -> None:
    """Print the table."""
    faiss.omp_set_num_threads(1)
    encoder = OnnxEncoder.open(index / "encoder")
    asked = np.stack([encoder.encode(question).sentence for question in questions])
    with closing(open_snapshot(index, None)) as snapshot:
        # In the order of the articles, as rows are; every type sees the same ones.
        rows = [snapshot.dense.vectors(np.arange(min(size, len(snapshot.dense)))) for size in sizes]
    lines = [line for vectors in rows for line in compare(vectors, asked)]
    say(table(["vectors", "type", "p50, ms", "p99, ms", "recall@100", "build, s", "MB"], lines))


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")),
        [int(size) for size in sys.argv[3].split(",")],
    )
