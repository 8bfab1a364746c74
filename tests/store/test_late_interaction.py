"""Late interaction in whole numbers of eight bits, on vectors made by hand."""

from pathlib import Path

import numpy as np
import pytest

from qa.protocols import Matrix
from qa.store.tokens.late_interaction import CENTRE, PRODUCT, BlockTokens, TokenRows, round_question
from qa.train.exporting.product import write_product
from tests.fakes import FakeEncoder

X, Y, BETWEEN = [1.0, 0.0], [0.0, 1.0], [0.6, 0.8]


def rows(*passages: list[list[float]]) -> TokenRows:
    starts = np.cumsum([0, *map(len, passages)])
    vectors = np.array([vector for passage in passages for vector in passage], np.float32).reshape(-1, 2)
    stored = np.rint(vectors * 100 + CENTRE).astype(np.uint8)
    return TokenRows(stored, np.full(len(stored), 0.01, np.float32), starts.astype(np.int64))


def matches(question: list[list[float]], passages: TokenRows) -> Matrix:
    return passages.best_matches(round_question(np.array(question, np.float32).reshape(-1, 2)))


def test_rows_come_back_as_unit_rows() -> None:
    assert rows([X], [], [BETWEEN, Y]).unit() == pytest.approx(np.array([X, BETWEEN, Y]))


def test_eight_bits_move_a_cosine_by_a_thousandth_or_so() -> None:
    random = np.random.default_rng(7).normal(size=(52, 384)).astype(np.float32)
    unit = random / np.linalg.norm(random, axis=1, keepdims=True)
    question, steps = unit[:12], np.abs(unit[12:]).max(axis=1, keepdims=True) / 127
    stored = np.rint(unit[12:] / steps)
    passages = TokenRows((stored + CENTRE).astype(np.uint8), steps[:, 0], np.arange(41))
    assert np.abs(passages.best_matches(round_question(question)) - question @ passages.unit().T).max() < 0.002


def test_the_product_is_the_graph_that_its_module_writes(tmp_path: Path) -> None:
    write_product(tmp_path / "product.onnx")
    assert (tmp_path / "product.onnx").read_bytes() == PRODUCT.read_bytes()


def test_each_question_token_takes_its_best_passage_token() -> None:
    assert matches([X, Y], rows([X], [X, BETWEEN], [Y])) == pytest.approx(np.array([[1, 1, 0], [0, 0.8, 1]]))


def test_an_empty_passage_is_the_worst() -> None:
    assert matches([X], rows([], [Y], [])) == pytest.approx(np.array([[-1, 0, -1]]))


def test_a_question_without_tokens_matches_nothing() -> None:
    assert matches([], rows([X], [Y])).shape == (0, 2)


def test_the_parts_of_one_passage_are_matched_by_themselves() -> None:
    passage = BlockTokens(rows([X, BETWEEN, Y]), FakeEncoder().encode("one two three").pieces)
    found = passage.best_matches(np.array([X, Y], np.float32), np.array([0, 2, 2, 3]))
    assert found == pytest.approx(np.array([[1, -1, 0], [0.8, -1, 1]]))
    assert passage.unit() == pytest.approx(np.array([X, BETWEEN, Y]))
