import numpy as np
import pytest

from qa.search.ranking.fuse import HISTORY_WEIGHT, Mix, rank
from qa.search.ranking.scores import SCORES, Scores


def scores(late: list[float], dense: list[float]) -> Scores:
    table = np.zeros((len(late), len(SCORES)), np.float32)
    table[:, SCORES.index("late")], table[:, SCORES.index("dense")] = late, dense
    return Scores(table)


def test_the_mix_is_the_weighted_mean() -> None:
    assert Mix(late=3, dense=1).score(scores([0.8], [0.4])) == pytest.approx([(3 * 0.8 + 0.4) / 4])


def test_a_score_that_is_not_known_counts_as_nothing() -> None:
    assert Mix(late=3, dense=1).score(scores([float("nan"), 0.8], [0.4, 0.4])) == pytest.approx([0.1, 0.7])
    assert rank([scores([float("nan")], [0.4])], Mix(late=1)).late.tolist() == [0]


def test_a_candidate_counts_by_the_mean_of_all_interpretations() -> None:
    ranking = rank([scores([0.5, 0.2, 0.3], [0] * 3), scores([0.1, 0.8, 0.3], [0] * 3)], Mix(late=1))
    assert ranking.places.tolist() == [1, 0, 2]
    assert ranking.scores == pytest.approx(
        [(0.2 + HISTORY_WEIGHT * 0.8) / 1.7, (0.5 + HISTORY_WEIGHT * 0.1) / 1.7, 0.3]
    )
    assert ranking.leading.tolist() == [1, 0, 0]


def test_ties_go_by_place_and_to_the_earlier_interpretation() -> None:
    ranking = rank([scores([0.5, 0.5], [0, 0])] * 2, Mix(late=1))
    assert (ranking.places.tolist(), ranking.leading.tolist()) == ([0, 1], [0, 0])
