import numpy as np
import pytest

from qa.protocols import CHEAP_SCORES, Matches
from qa.search.ranking.scores import SCORES, Scores, cheap_scores, with_late_interaction


def some_scores(count: int) -> Scores:
    return cheap_scores(np.arange(count * len(CHEAP_SCORES), dtype=np.float32).reshape(count, -1))


def test_the_cheap_columns_come_first_and_the_others_are_not_known() -> None:
    scores = some_scores(2)
    assert SCORES == ("dense", "lexical", "article_dense", "article_lexical", "early", "late", "context")
    assert scores.table[:, :5].tolist() == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
    assert np.isnan(scores.table[:, 5:]).all()
    assert scores.known("article_dense").tolist() == [2, 7]
    assert scores.known("late").tolist() == [0, 0]


def test_late_interaction_is_the_weighted_sum_of_the_best_matches_where_there_are_any() -> None:
    before = some_scores(3)
    matches = Matches(
        own=np.array([[1, 0.6], [0, 0.8]], np.float32), around=np.array([[1, 0.9], [0.5, 0.8]], np.float32)
    )
    scores = with_late_interaction(before, np.array([2, 0]), np.array([0.75, 0.25], np.float32), matches)
    assert scores.known("late") == pytest.approx([0.75 * 0.6 + 0.25 * 0.8, 0, 0.75])
    assert scores.known("context") == pytest.approx([0.75 * 0.9 + 0.25 * 0.8, 0, 0.75 + 0.25 * 0.5])
    assert np.isnan(scores.table[1, 5:]).all()
    assert scores.table[:, :5].tolist() == before.table[:, :5].tolist()
    assert np.isnan(before.table[:, 5:]).all()
