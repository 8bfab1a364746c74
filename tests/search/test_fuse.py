import numpy as np
import pytest

from qa.protocols import Hits
from qa.search.candidates import Scores, found_scores
from qa.search.fuse import HISTORY_WEIGHT, Mix, rank


def scores(late: list[float], dense: list[float]) -> Scores:
    nothing = np.zeros(len(late), np.float32)
    return Scores(
        dense=np.array(dense, np.float32),
        lexical=nothing,
        article_dense=nothing,
        article_lexical=nothing,
        early=nothing,
        late=np.array(late, np.float32),
        context=nothing,
    )


def test_the_mix_is_the_weighted_mean() -> None:
    assert Mix(late=3, dense=1).score(scores([0.8], [0.4])) == pytest.approx([(3 * 0.8 + 0.4) / 4])


def test_a_row_counts_by_the_mean_of_all_readings() -> None:
    rows = np.array([1, 2, 3], np.int64)
    ranking = rank(rows, [scores([0.5, 0.2, 0.3], [0] * 3), scores([0.1, 0.8, 0.3], [0] * 3)], Mix(late=1))
    assert ranking.rows.tolist() == [2, 1, 3]
    assert ranking.scores == pytest.approx(
        [(0.2 + HISTORY_WEIGHT * 0.8) / 1.7, (0.5 + HISTORY_WEIGHT * 0.1) / 1.7, 0.3]
    )
    assert ranking.leading.tolist() == [1, 0, 0]


def test_ties_go_by_row_and_to_the_earlier_reading() -> None:
    ranking = rank(np.array([3, 7], np.int64), [scores([0.5, 0.5], [0, 0])] * 2, Mix(late=1))
    assert (ranking.rows.tolist(), ranking.leading.tolist()) == ([3, 7], [0, 0])


def test_a_row_has_the_score_that_it_was_found_with() -> None:
    hits = Hits(np.array([9, 2, 5], np.int64), np.array([8, 4, 2], np.float32))
    assert found_scores(hits, np.array([2, 3, 9], np.int64)).tolist() == [4, 0, 8]


def test_nothing_found_is_nothing_scored() -> None:
    hits = Hits(np.array([], np.int64), np.array([], np.float32))
    assert found_scores(hits, np.array([2, 3], np.int64)).tolist() == [0, 0]
