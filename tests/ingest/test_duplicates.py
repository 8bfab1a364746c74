"""What counts as the same text, and what must not."""

from __future__ import annotations

import numpy as np
import pytest

from qa.text.duplicates import SIGNATURE_WIDTH, canonical, signature, text_key

LONG = (
    "The soldier, who goes by the call-sign Caesar, said that he has shot and killed at least 18 soldiers on the "
    "battlefield since joining the foreign legion of Ukraine, and that he would fight on until the war is over and "
    "the people of the town can go back to their houses along the river"
)


def groups(*texts: str) -> list[int]:
    keys = np.array([text_key(text) for text in texts], dtype=np.int64)
    numbers: list[int] = canonical(keys, np.stack([signature(text) for text in texts])).tolist()
    return numbers


def test_spelling_and_outer_marks_do_not_make_another_text() -> None:
    assert groups("‘I Want  To Live’ is a hotline.", "other", "'I want to live' is a hotline", "OTHER") == [0, 1, 0, 1]


def test_no_texts_have_no_groups() -> None:
    assert canonical(np.zeros(0, dtype=np.int64), np.zeros((0, SIGNATURE_WIDTH), dtype=np.uint32)).tolist() == []


def test_a_nearly_equal_long_text_counts_as_the_first() -> None:
    assert groups("something else", LONG, LONG.replace("go back to", "go home to"), LONG + " today") == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("18", "80"),
        ("he would fight", "he would not fight"),
        ("Caesar", "Silent"),
        ("killed", "wounded"),
        ("18", "18.5"),
        ("18", "-18"),
    ],
)
def test_texts_that_say_something_else_never_count_as_the_same(old: str, new: str) -> None:
    assert groups(LONG, LONG.replace(old, new)) == [0, 1]


@pytest.mark.parametrize(
    ("one", "other"), [("It fell by -5", "It fell by 5"), ("He left?", "He left."), ("a b c", "a b d")]
)
def test_short_texts_are_the_same_only_when_they_are_equal(one: str, other: str) -> None:
    assert groups(one, other) == [0, 1]


def test_the_lowest_index_stands_for_a_chain_of_near_texts() -> None:
    assert groups(LONG + " today", "x", LONG, LONG.upper(), LONG + " again today") == [0, 1, 0, 0, 0]


def test_keys_and_signatures_are_the_same_on_every_machine() -> None:
    assert text_key("César left.") == text_key("cesar left") == 2775566078581136534
    assert signature(LONG)[[0, 1, 2, 33]].tolist() == [56, 2094527945, 236983358, 56819442]
    assert signature("too short").tolist() == [0] * SIGNATURE_WIDTH
