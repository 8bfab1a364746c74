"""The contract of TokenStore, for every implementation, and how blocks are filled and checked."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.encode.pieces import word_pieces
from qa.errors import IndexCorrupt
from qa.protocols import Encoded
from qa.store.protocols import TokenStore
from qa.store.tokens.blocks import check_of, content_of, open_block, quantize
from qa.store.tokens.reader import BlockTokenStore
from qa.store.tokens.rows import ROW
from qa.store.tokens.writer import BlockWriter
from tests.fakes import FakeEncoder
from tests.store.plain import PlainTokenStore

TEXTS = ["red fox", "", "red red house", "one two four five"]


def encoded(vectors: Sequence[Sequence[float]]) -> Encoded:
    tokens = np.array(vectors, np.float32)
    numbers = range(len(tokens))
    pieces = word_pieces("x" * len(tokens), numbers, [(at, at + 1) for at in numbers], numbers)
    return Encoded(tokens[0], tokens, pieces)


def block_store(
    folder: Path, texts: Sequence[Encoded], frequency: NDArray[np.int32], *, block_bytes: int
) -> BlockTokenStore:
    dimension = texts[0].tokens.shape[1]
    writer = BlockWriter(folder, dimension, block_bytes)
    table = np.zeros(len(texts), ROW)
    for row, text in enumerate(map(quantize, texts)):
        table["block"][row], table["start"][row] = writer.add(text)
        table["tokens"][row] = len(text)
        table["check"][row] = np.void(check_of(content_of(text)))
    blocks = [open_block(folder / f"{block.sha256}.tokens", dimension) for block in writer.finish()]
    return BlockTokenStore(blocks, table, frequency, texts=len(texts), dimension=dimension)


@pytest.fixture(params=[1, 200, 1 << 20, None], ids=["a block per text", "small blocks", "one block", "plain"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TokenStore:
    encoder = FakeEncoder()
    texts = [encoder.encode(text) for text in TEXTS]
    if request.param is None:
        return PlainTokenStore(texts)
    frequency = np.bincount(np.concatenate([np.unique(text.pieces.ids) for text in texts])).astype(np.int32)
    return block_store(tmp_path, texts, frequency, block_bytes=request.param)


def test_tokens_are_those_of_each_row_in_the_order_asked_for(store: TokenStore) -> None:
    wanted = [2, 1, 0, 2]
    for row, found in zip(wanted, store.read(np.array(wanted, np.int64)), strict=True):
        expected = FakeEncoder().encode(TEXTS[row])
        assert found.unit().dtype == np.float32
        np.testing.assert_allclose(found.unit(), expected.tokens, atol=1e-6)
        assert found.pieces.ids.tolist() == expected.pieces.ids.tolist()
        assert found.pieces.spans.tolist() == expected.pieces.spans.tolist()
        assert found.pieces.marks.tolist() == expected.pieces.marks.tolist()


def test_each_question_token_is_matched_in_each_row(store: TokenStore) -> None:
    fox, house = FakeEncoder().encode("red fox").tokens, FakeEncoder().encode("house").tokens
    one, other, nothing = store.best_matches([fox, house, house[:0]], np.array([2, 1, 0], np.int64))
    np.testing.assert_allclose(one, [[1, -1, 1], [0, -1, 1]], atol=1e-6)
    np.testing.assert_allclose(other, [[1, -1, 0]], atol=1e-6)
    assert nothing.shape == (0, 3)
    assert {one.dtype, other.dtype, nothing.dtype} == {np.dtype(np.float32)}


def test_the_parts_of_a_row_are_matched_by_themselves(store: TokenStore) -> None:
    [tokens] = store.read(np.array([2], np.int64))
    found = tokens.best_matches(FakeEncoder().encode("red house").tokens, np.array([0, 1, 1, 3]))
    np.testing.assert_allclose(found, [[1, -1, 1], [0, -1, 1]], atol=1e-6)


def test_no_rows_have_no_tokens(store: TokenStore) -> None:
    assert list(store.read(np.empty(0, np.int64))) == []
    [found] = store.best_matches([FakeEncoder().encode("red").tokens], np.empty(0, np.int64))
    assert found.shape == (1, 0)


def test_weights_are_larger_for_rarer_tokens(store: TokenStore) -> None:
    red, fox = FakeEncoder().axis("red"), FakeEncoder().axis("fox")
    weights = store.weights(np.array([red, fox, 0, 30_000], np.int32))
    expected = [log(1 + (4 - holding + 0.5) / (holding + 0.5)) for holding in (2, 1, 0, 0)]
    assert weights.tolist() == pytest.approx(expected)
    assert weights.dtype == np.float32


def test_rows_of_blocks_come_end_to_end(tmp_path: Path) -> None:
    store = block_store(
        tmp_path, [FakeEncoder().encode(text) for text in TEXTS], np.zeros(0, np.int32), block_bytes=200
    )
    found = store.rows(np.array([2, 1, 0, 2], np.int64))
    assert found.starts.tolist() == [0, 3, 3, 5, 8]
    assert found.vectors.dtype == np.uint8
    assert store.rows(np.empty(0, np.int64)).vectors.shape == (0, 64)


def test_rows_are_of_unit_length_and_near_what_was_stored(tmp_path: Path) -> None:
    tokens = np.random.default_rng(3).normal(size=(50, 96)).astype(np.float32)
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    store = block_store(tmp_path, [encoded(tokens.tolist())], np.zeros(0, np.int32), block_bytes=1 << 20)
    found = store.rows(np.array([0], np.int64)).unit()
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert (found * tokens).sum(axis=1).min() > 0.9998


def test_quantize_stretches_each_row_to_its_largest_value() -> None:
    stored = quantize(encoded([[0.6, -0.8], [0, 0], [0.1, 0.0]]))
    assert stored["vector"].tolist() == [[95, -127], [0, 0], [127, 0]]
    assert stored["scale"].tolist() == pytest.approx([(95**2 + 127**2) ** -0.5, 0, 1 / 127])
    assert stored["id"].tolist() == [0, 1, 2]


def test_blocks_are_bounded_and_texts_whole(tmp_path: Path) -> None:
    writer = BlockWriter(tmp_path, 2, block_bytes=110)  # five tokens of 22 bytes
    texts = [quantize(encoded([[1.0, number]] * count)) for number, count in enumerate((2, 2, 2, 7, 1))]
    places = [writer.add(text) for text in texts]
    assert places == [(0, 0), (0, 2), (1, 0), (2, 0), (3, 0)]
    assert [block.size for block in writer.finish()] == [88, 44, 154, 22]


def test_block_is_named_by_its_digest(tmp_path: Path) -> None:
    writer = BlockWriter(tmp_path, 2)
    writer.add(quantize(encoded([[1, 0]])))
    [block] = writer.finish()
    assert [path.name for path in tmp_path.iterdir()] == [f"{block.sha256}.tokens"]


def test_flipped_bit_is_refused_when_it_is_touched(tmp_path: Path) -> None:
    store = block_store(tmp_path, [encoded([[1, 0]]), encoded([[0, 1]])], np.zeros(0, np.int32), block_bytes=1 << 20)
    [path] = tmp_path.iterdir()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert store.rows(np.array([0], np.int64)).unit().tolist() == [[1, 0]]
    with pytest.raises(IndexCorrupt, match="token vectors of row 1 are damaged"):
        store.rows(np.array([0, 1], np.int64))


def test_block_that_does_not_fit_the_dimension_is_refused(tmp_path: Path) -> None:
    (tmp_path / "block").write_bytes(bytes(21))
    with pytest.raises(IndexCorrupt, match="does not hold vectors of 2"):
        open_block(tmp_path / "block", 2)


def test_texts_without_words_have_no_vectors_to_fetch(tmp_path: Path) -> None:
    store = block_store(tmp_path, [FakeEncoder().encode("")] * 2, np.zeros(0, np.int32), block_bytes=200)
    rows = np.array([0, 1], np.int64)
    store.prefetch(rows)
    assert store.rows(rows).starts.tolist() == [0, 0, 0]
