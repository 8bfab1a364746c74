"""The candidates of several searches and their scores, on hits made by hand."""

import numpy as np

from qa.store.candidates import Found, found_rows, scores_of
from qa.store.neighbours import early_scores, surroundings
from qa.store.protocols import Hits

ARTICLE_OF = np.array([0, 0, 0, 2, 3, 3], np.int32)


def hits(*rows: int) -> Hits:
    return Hits(np.array(rows, np.int64), np.ones(len(rows), np.float32))


def test_rows_of_all_searches_ascend_and_come_once() -> None:
    searches = [Found(hits(7, 2), hits(9), hits(1)), Found(hits(2), hits(4, 7), hits())]
    assert found_rows(searches).tolist() == [2, 4, 7, 9]


def test_a_row_has_the_score_that_it_was_found_with() -> None:
    hits = Hits(np.array([9, 2, 5], np.int64), np.array([8, 4, 2], np.float32))
    assert scores_of(hits, np.array([2, 3, 9], np.int64)).tolist() == [4, 0, 8]


def test_nothing_found_is_nothing_scored() -> None:
    hits = Hits(np.array([], np.int64), np.array([], np.float32))
    assert scores_of(hits, np.array([2, 3], np.int64)).tolist() == [0, 0]


def test_an_article_is_scored_from_its_first_paragraph_on() -> None:
    assert early_scores(np.array([0, 2, 3, 5]), ARTICLE_OF).tolist() == [1, np.float32(1 / 3), 1, 0.5]


def test_the_surroundings_of_a_row_end_with_its_article() -> None:
    assert surroundings(np.array([0, 1, 2, 3, 5]), ARTICLE_OF).tolist() == [
        [0, 0, 1, 0],
        [1, 0, 2, 0],
        [2, 1, 2, 0],
        [3, 3, 3, 3],
        [5, 4, 5, 4],
    ]
