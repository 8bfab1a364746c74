"""Questions in other words: exchanged so that they ask for something else, or typed as key words."""

from __future__ import annotations

import numpy as np
import pytest

from qa.train.dataset.edits import as_keywords, edits_of


def chance(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_question_is_edited_in_its_number_its_name_and_its_role() -> None:
    edits = edits_of("Who was first in Rome with 12 goals?", "In Bonn he had 34.", "In Bonn he had 34.", chance())
    assert edits == [
        "Who was first in Rome with 34 goals?",
        "Who was first in Bonn with 12 goals?",
        "Who was first in Bonn with 12 goals?",
        "Who was last in Rome with 12 goals?",
    ]


def test_nothing_to_exchange_is_no_edit() -> None:
    assert edits_of("what happened then?", "In Bonn he had 34.", "", chance()) == []


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("How many dogs barked?", {"how many dogs barked", "number dogs barked", "dogs barked number"}),
        ("Where did the dogs bark?", {"where dogs bark", "dogs bark place", "dogs bark location"}),
        ("Is it?", {None}),
    ],
)
def test_a_question_is_typed_as_key_words(question: str, typed: set[str | None]) -> None:
    assert {as_keywords(question, chance(seed)) for seed in range(30)} == typed
