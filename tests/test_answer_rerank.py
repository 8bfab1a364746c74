import numpy as np
import pytest

from qa.answer.rerank import best_matches, max_sim
from qa.protocols import TokenRows

X, Y, BETWEEN = [1.0, 0.0], [0.0, 1.0], [0.6, 0.8]


def rows(*passages: list[list[float]]) -> TokenRows:
    starts = np.cumsum([0, *map(len, passages)])
    vectors = [vector for passage in passages for vector in passage]
    return TokenRows(np.array(vectors, np.float32).reshape(-1, 2), starts.astype(np.int64))


def test_each_question_token_takes_its_best_passage_token() -> None:
    found = best_matches(np.array([X, Y], np.float32), rows([X], [X, BETWEEN], [Y]))
    assert found == pytest.approx(np.array([[1, 1, 0], [0, 0.8, 1]]))


def test_the_score_is_the_weighted_sum_of_the_best_matches() -> None:
    scores = max_sim(np.array([X, Y], np.float32), np.array([0.75, 0.25], np.float32), rows([X], [BETWEEN], [Y]))
    assert scores == pytest.approx([0.75, 0.75 * 0.6 + 0.25 * 0.8, 0.25])


def test_an_empty_passage_is_the_worst() -> None:
    scores = max_sim(np.array([X], np.float32), np.array([1], np.float32), rows([], [Y], []))
    assert scores == pytest.approx([-1, 0, -1])


def test_a_question_without_tokens_scores_nothing() -> None:
    assert max_sim(np.zeros((0, 2), np.float32), np.zeros(0, np.float32), rows([X], [Y])) == pytest.approx([0, 0])
