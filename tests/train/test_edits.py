"""Edited questions: each kind of edit with its exact results."""

from __future__ import annotations

import numpy as np
import pytest

from qa.train.dataset.wording import edits
from qa.train.dataset.wording.opposites import OPPOSITES


def chance(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


QUESTION = "Who was first in Rome in 1912 with 12 goals?"
PASSAGE, OTHER = "In Bonn he had 34 in 1950.", "They saw New York, Oslo or NATO."


def test_a_name_is_exchanged_for_one_of_the_same_form() -> None:
    found = {edits.exchange_name(QUESTION, PASSAGE, OTHER, chance(seed)) for seed in range(30)}
    assert found == {QUESTION.replace("Rome", "Bonn"), QUESTION.replace("Rome", "Oslo")}


def test_a_name_is_exchanged_for_one_of_another_form_where_there_is_no_other() -> None:
    assert edits.exchange_name("Who saw Rome?", "They saw New York.", "", chance()) == "Who saw New York?"
    assert edits.exchange_name("Who saw Rome?", "they left.", "", chance()) is None
    assert edits.exchange_name("who left?", PASSAGE, OTHER, chance()) is None


@pytest.mark.parametrize(
    ("question", "edited"),
    [
        ("What is the largest town?", {"What is the smallest town?"}),
        ("Did he win before dawn?", {"Did he lose before dawn?", "Did he win after dawn?"}),
        ("What happened then?", {None}),
    ],
)
def test_a_word_is_exchanged_for_its_opposite(question: str, edited: set[str | None]) -> None:
    assert {edits.exchange_opposite(question, chance(seed)) for seed in range(30)} == edited


@pytest.mark.parametrize(
    ("question", "edited"),
    [
        ("Who won the race?", "Who never won the race?"),
        ("Which dog barked?", "Which dog never barked?"),
        ("What can it do?", "What can't it do?"),
        ("When will it end?", "When won't it end?"),
        ("Where was the gate?", "Where wasn't the gate?"),
        ("Why?", None),
    ],
)
def test_a_question_is_negated(question: str, edited: str | None) -> None:
    assert edits.negate(question) == edited


def test_a_number_is_exchanged_for_one_of_its_length_or_another_year() -> None:
    assert {edits.exchange_number("With 12 goals?", "34, 567, 12 and 90.", chance(seed)) for seed in range(30)} == {
        "With 34 goals?",
        "With 90 goals?",
    }
    years = {edits.exchange_number("In 1950?", "It was 1977.", chance(seed)) for seed in range(300)}
    away = (-100, -50, -30, -12, -5, -3, -2, -1, 1, 2, 3, 4, 7, 15, 40, 100)
    assert years == {"In 1977?", *(f"In {1950 + years}?" for years in away)}
    assert edits.exchange_number("With 12 goals?", "567", chance()) is None


def test_an_edit_is_of_one_of_the_kinds_by_their_shares() -> None:
    found = [edits.edit_question("Who won in Rome first?", "In Bonn.", "", chance(seed)) for seed in range(400)]
    counts = {edit: found.count(edit) / 400 for edit in set(found)}
    assert counts == {
        "Who won in Bonn first?": pytest.approx(0.44 / 0.84, abs=0.06),
        "Who lost in Rome first?": pytest.approx(0.12 / 0.84, abs=0.06),
        "Who won in Rome last?": pytest.approx(0.12 / 0.84, abs=0.06),
        "Who never won in Rome first?": pytest.approx(0.16 / 0.84, abs=0.06),
    }


def test_nothing_to_exchange_is_no_edit() -> None:
    assert edits.edit_question("what happened then?", PASSAGE, OTHER, chance()) is None


def test_an_opposite_has_the_word_as_its_opposite() -> None:
    assert all(word in OPPOSITES[other] for word, others in OPPOSITES.items() for other in others)
