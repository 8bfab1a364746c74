"""Sets that are judged by a confidence fitted to the others, on examples made by hand."""

from __future__ import annotations

import pytest

from qa.evaluate.calibrate import Example
from qa.evaluate.left_out import LeftOut, judge_left_out, left_out_table


def examples(answerable: list[float], others: list[float]) -> list[Example]:
    right = [Example({"score": score}, right=True, answerable=True) for score in answerable]
    return right + [Example({"score": score}, right=False, answerable=False) for score in others]


def test_a_set_is_judged_by_what_was_fitted_to_the_others() -> None:
    alike = examples([0.8] * 20, [0.2] * 20)
    odd = examples([0.7, 0.9, 0.9, 0.9], [0.1, 0.95])
    first, _, last = judge_left_out([alike, alike, odd])
    assert (first.refused, first.auroc) == (0.0, 1.0)
    assert (last.refused, last.doubted, last.false_answers, last.auroc) == (0.25, 0.0, 0.5, 0.5)


def test_questions_that_all_have_answers_tell_only_of_refusals() -> None:
    alike = examples([0.8] * 20, [0.2] * 20)
    judged = judge_left_out([alike, alike, examples([0.9, 0.1], [])])[-1]
    assert (judged.refused, judged.false_answers, judged.auroc) == (0.5, None, None)


def test_two_sets_are_too_few_to_leave_one_out() -> None:
    alike = examples([0.8] * 20, [0.2] * 20)
    assert judge_left_out([alike, alike]) == []


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (LeftOut(0.25, 0.06, 0.2, 0.5, 0.75), "news.jsonl      0.250    0.060    0.200          0.500  0.750"),
        (LeftOut(0.25, 0.06, 0.2, None, None), "news.jsonl      0.250    0.060    0.200              -      -"),
    ],
)
def test_the_figures_are_a_table(one: LeftOut, line: str) -> None:
    heading = "left out    threshold  refused  perhaps  false answers  AUROC"
    assert left_out_table(["news.jsonl"], [one]) == [heading, line]
