"""Each check of a written sentence: what is faithful passes, and what was altered is refused with the reason."""

from __future__ import annotations

import pytest

from qa.encode.encoder import OnnxEncoder
from qa.writing.checks.check import Checker
from qa.writing.checks.content import Meanings
from qa.writing.checks.entailment import NoEntailment
from qa.writing.writer import Source
from tests.fakes import FakeEncoder

FERRY = (
    "The Aurora sank in 1994 with at least 12 sailors and 3 dogs on board, Captain Berg told Inspector Dahl. "
    "The crew did not call for help. The owner may sell the wreck for 2.4 million crowns. "
    "It was “a great loss”, Dahl said."
)


def fault(text: str, *markers: int, source: str = FERRY) -> str | None:
    meanings = Meanings(FakeEncoder(4096))
    sources = [Source(1, "The ferry", None, source), Source(2, "Weather", None, "It rained in Oslo on Monday.")]
    return Checker(sources, meanings, NoEntailment()).find_fault(text, markers or (1,))


@pytest.mark.parametrize(
    "text",
    [
        "The Aurora sank in 1994.",
        "The Aurora sank with at least twelve sailors on board.",
        "The crew did not call for help.",
        "The owner may sell the wreck for 2,400,000 crowns.",
        'Dahl said it was "a great loss".',
        *(sentence.strip() + "." for sentence in FERRY.removesuffix(".").split(". ")),
    ],
)
def test_what_the_source_says_passes(text: str) -> None:
    assert fault(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The Aurora sank in 1995.", "the number 1995 is not there"),
        ("The Aurora sank in the 1980s.", "the number 1980s is not there"),
        ("The Aurora sank with 12 sailors on board.", "the number exactly 12 is not there"),
        ("The Aurora sank with at least 12 dogs on board.", "the number 12 is not there"),
        ("The Viking sank in 1994.", "the name viking is not there"),
        ("Captain Dahl told Inspector Berg.", "dahl and inspector have changed places"),
        ("The crew did call for help.", "what is denied differs at “call”"),
        ("The Aurora did not sink in 1994.", "what is denied differs at “sink”"),
        ("The owner will sell the wreck for 2.4 million crowns.", "what is only supposed differs at “sell”"),
        ('It was "a great win", Dahl said.', "the quotation “a great win” is not there"),
        ("The Aurora sank in 1994 after a quarrel about money.", "“quarrel” is not there"),
        ("The Aurora.", None),
        ("It was.", "it says nothing"),
    ],
)
def test_what_was_altered_is_refused(text: str, reason: str | None) -> None:
    assert fault(text) == reason


@pytest.mark.parametrize(
    ("text", "source", "reason"),
    [
        ("She left the ferry.", "He left the ferry.", "nobody is called “she” there"),
        ("He left the ferry.", "Her dog left the ferry.", "nobody is called “he” there"),
        ("She left the ferry.", "He saw that she left the ferry.", None),
        ("She left the ferry.", "The captain left the ferry.", None),
        ("I left the ferry.", "The captain left the ferry.", "nobody is called “i” there"),
        ("I left the ferry.", "“I left the ferry”, he said.", None),
        ("The US left the ferry.", "The US left the ferry, he said.", None),
    ],
)
def test_a_speaker_and_a_sex_are_not_invented(text: str, source: str, reason: str | None) -> None:
    assert fault(text, source=source) == reason


def test_a_sentence_cites_a_quotation_that_exists() -> None:
    assert Checker([], Meanings(FakeEncoder()), NoEntailment()).find_fault("It sank.", ()) == "it cites no quotation"
    assert fault("The Aurora sank in 1994.", 3) == "there is no quotation 3"


def test_a_sentence_is_held_to_what_it_cites() -> None:
    assert fault("The Aurora sank in 1994.", 2) == "the number 1994 is not there"
    assert fault("It rained in Oslo on Monday.", 2) is None


def test_the_opposite_of_a_word_is_not_the_word_in_other_words() -> None:
    assert fault("The owner sold the wreck.", source="The owner bought the wreck.") == "“sold” is not there"


def test_near_words_count_by_their_vectors(encoder: OnnxEncoder) -> None:
    source = [Source(1, "", None, "A court in Oslo convicted the captain of the ferry of negligence on Friday.")]
    checker = Checker(source, Meanings(encoder), NoEntailment())
    assert checker.find_fault("The tribunal in Oslo convicted the captain of the ferry of negligence.", (1,)) is None
    assert checker.find_fault("The captain of the ferry won a yellow lottery.", (1,)) is not None
