from pathlib import Path

import numpy as np
import pytest

from qa.protocols import CENTRE, TokenRows
from qa.search.late_interaction import PRODUCT, best_matches, max_sim, question_tokens
from qa.train.exporting.product import write_product

X, Y, BETWEEN = [1.0, 0.0], [0.0, 1.0], [0.6, 0.8]


def rows(*passages: list[list[float]]) -> TokenRows:
    starts = np.cumsum([0, *map(len, passages)])
    vectors = np.array([vector for passage in passages for vector in passage], np.float32).reshape(-1, 2)
    stored = np.rint(vectors * 100 + CENTRE).astype(np.uint8)
    return TokenRows(stored, np.full(len(stored), 0.01, np.float32), starts.astype(np.int64))


def test_rows_come_back_as_unit_rows_also_one_by_one() -> None:
    several = rows([X], [], [BETWEEN, Y])
    assert several.unit() == pytest.approx(np.array([X, BETWEEN, Y]))
    assert several.row(2).unit() == pytest.approx(np.array([BETWEEN, Y]))
    assert several.row(2).starts.tolist() == [0, 2]
    assert several.row(1).unit().shape == (0, 2)


def test_eight_bits_move_a_cosine_by_a_thousandth_or_so() -> None:
    random = np.random.default_rng(7).normal(size=(52, 384)).astype(np.float32)
    unit = random / np.linalg.norm(random, axis=1, keepdims=True)
    question, steps = unit[:12], np.abs(unit[12:]).max(axis=1, keepdims=True) / 127
    stored = np.rint(unit[12:] / steps)
    passages = TokenRows((stored + CENTRE).astype(np.uint8), steps[:, 0], np.arange(41))
    assert np.abs(best_matches(question_tokens(question), passages) - question @ passages.unit().T).max() < 0.002


def test_the_product_is_the_graph_that_its_module_writes(tmp_path: Path) -> None:
    write_product(tmp_path / "product.onnx")
    assert (tmp_path / "product.onnx").read_bytes() == PRODUCT.read_bytes()


def test_each_question_token_takes_its_best_passage_token() -> None:
    found = best_matches(question_tokens(np.array([X, Y], np.float32)), rows([X], [X, BETWEEN], [Y]))
    assert found == pytest.approx(np.array([[1, 1, 0], [0, 0.8, 1]]))


def test_the_score_is_the_weighted_sum_of_the_best_matches() -> None:
    scores = max_sim(
        question_tokens(np.array([X, Y], np.float32)), np.array([0.75, 0.25], np.float32), rows([X], [BETWEEN], [Y])
    )
    assert scores == pytest.approx([0.75, 0.75 * 0.6 + 0.25 * 0.8, 0.25])


def test_an_empty_passage_is_the_worst() -> None:
    scores = max_sim(question_tokens(np.array([X], np.float32)), np.array([1], np.float32), rows([], [Y], []))
    assert scores == pytest.approx([-1, 0, -1])


def test_a_question_without_tokens_scores_nothing() -> None:
    nothing = question_tokens(np.zeros((0, 2), np.float32))
    assert max_sim(nothing, np.zeros(0, np.float32), rows([X], [Y])) == pytest.approx([0, 0])
