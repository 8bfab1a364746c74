"""The contract of VectorIndex, for every implementation, and what is special about FAISS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
import pytest

from qa.errors import IndexCorrupt
from qa.protocols import Matrix
from qa.store.dense.reader import FaissIndex
from qa.store.dense.writer import FaissWriter, as_stored
from qa.store.protocols import VectorIndex
from tests.store.plain import PlainVectorIndex

VECTORS = np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.8, 0], [0, 1, 0], [0, 0, 1]], np.float32)


def faiss_index(folder: Path, vectors: Matrix) -> VectorIndex:
    writer = FaissWriter(vectors.shape[1])
    writer.add(vectors)
    writer.write(folder / "dense.faiss")
    return FaissIndex.open(folder / "dense.faiss", count=len(vectors), dimension=vectors.shape[1])


def plain_index(_: Path, vectors: Matrix) -> VectorIndex:
    return PlainVectorIndex(vectors)


@pytest.fixture(params=[faiss_index, plain_index])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Matrix], VectorIndex]:
    return lambda vectors: request.param(tmp_path, vectors)


Make = Callable[[Matrix], VectorIndex]


def test_search_gives_rows_best_first_and_ties_by_row(make: Make) -> None:
    hits = make(VECTORS).search(np.array([0, 1, 0], np.float32), 4)
    assert hits.rows.tolist() == [1, 3, 2, 0]
    np.testing.assert_allclose(hits.scores, [1, 1, 0.8, 0], atol=5e-4)


def test_search_for_more_than_there_is_gives_all_unpadded(make: Make) -> None:
    hits = make(VECTORS).search(np.array([0, 0.8, 0.6], np.float32), 100)
    assert hits.rows.tolist() == [1, 3, 2, 4, 0]
    assert hits.rows.dtype == np.int64
    assert hits.scores.dtype == np.float32


@pytest.mark.parametrize("count", [0, -1])
def test_search_for_nothing_finds_nothing(make: Make, count: int) -> None:
    hits = make(VECTORS).search(VECTORS[0], count)
    assert hits.rows.tolist() == []
    assert hits.scores.tolist() == []


def test_empty_index_finds_nothing(make: Make) -> None:
    index = make(np.empty((0, 3), np.float32))
    assert len(index) == 0
    assert index.search(VECTORS[0], 10).rows.tolist() == []
    assert index.vectors(np.empty(0, np.int64)).shape == (0, 3)


@pytest.mark.parametrize("shape", [(2,), (4,), (1, 3), ()])
def test_search_refuses_a_vector_of_another_width(make: Make, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="the index holds vectors of 3"):
        make(VECTORS).search(np.zeros(shape, np.float32), 1)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_search_refuses_what_is_not_a_number(make: Make, bad: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        make(VECTORS).search(np.array([0, bad, 0], np.float32), 1)


def test_vectors_come_back_in_the_order_asked_for(make: Make) -> None:
    index = make(VECTORS)
    assert len(index) == 5
    found = index.vectors(np.array([4, 0, 4, 2], np.int64))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, VECTORS[[4, 0, 4, 2]], atol=5e-4)


@pytest.mark.parametrize("row", [-1, 5])
def test_vectors_refuses_a_row_that_is_not_there(make: Make, row: int) -> None:
    with pytest.raises(IndexError, match="of 5"):
        make(VECTORS).vectors(np.array([0, row], np.int64))


def test_storing_what_was_stored_changes_nothing(tmp_path: Path) -> None:
    random = np.random.default_rng(1).normal(size=(500, 24)).astype(np.float32)
    once = faiss_index(tmp_path, random).vectors(np.arange(500))
    assert not np.array_equal(once, random)
    assert np.array_equal(once, as_stored(random))
    assert np.array_equal(faiss_index(tmp_path, once).vectors(np.arange(500)), once)


def test_the_scan_of_eight_bits_loses_next_to_nothing(tmp_path: Path) -> None:
    random = np.random.default_rng(5).normal(size=(3000, 96)).astype(np.float32)
    vectors = random / np.linalg.norm(random, axis=1, keepdims=True)
    index = faiss_index(tmp_path, vectors)
    for question in vectors[::300]:
        exact = index.vectors(np.arange(3000)) @ question
        hits = index.search(question, 100)
        assert len(np.intersect1d(hits.rows, np.argsort(-exact)[:100])) >= 99
        np.testing.assert_allclose(hits.scores, exact[hits.rows], atol=1e-6)


def test_index_of_another_size_than_the_manifest_says_is_refused(tmp_path: Path) -> None:
    faiss_index(tmp_path, VECTORS)
    with pytest.raises(IndexCorrupt, match="holds 5 vectors of 3, the manifest says 6 of 3"):
        FaissIndex.open(tmp_path / "dense.faiss", count=6, dimension=3)


def test_file_is_mapped_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flags: list[int] = []
    real = faiss.read_index

    def read(path: str, flag: int) -> object:
        flags.append(flag)
        return real(path, flag)

    monkeypatch.setattr(faiss, "read_index", read)
    faiss_index(tmp_path, VECTORS)
    assert flags == [faiss.IO_FLAG_MMAP_IFC]


def test_search_among_some_rows_finds_only_those(make: Make) -> None:
    among = np.array([True, False, True, True, False])
    hits = make(VECTORS).search(np.array([0, 1, 0], np.float32), 4, among)
    assert hits.rows.tolist() == [3, 2, 0]
    np.testing.assert_allclose(hits.scores, [1, 0.8, 0], atol=5e-4)
    assert make(VECTORS).search(VECTORS[0], 4, np.zeros(5, np.bool_)).rows.tolist() == []


def test_ties_beyond_the_rows_wanted_are_broken_by_row(make: Make) -> None:
    vectors = np.zeros((900, 3), np.float32)
    vectors[:, 1] = 0.5
    vectors[::3, 1] = 1
    hits = make(vectors).search(np.array([0, 1, 0], np.float32), 100)
    assert hits.rows.tolist() == list(range(0, 300, 3))
