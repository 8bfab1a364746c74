from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.citations.locate import Located, locate

TEXT = (
    "Prices rose in May. The company said that 2,076 cases were opened in the first half of 2023. "
    "Nobody was surprised.\n\nThe weather stayed dry."
)
QUOTE = "The company said that 2,076 cases were opened in the first half of 2023."
START = TEXT.index(QUOTE)
END = START + len(QUOTE)


def find(text: str, quote: str = QUOTE, prefix: str = "in May. ", suffix: str = " Nobody") -> Located:
    return locate(text, quote, prefix, suffix, START, END)


def test_a_quote_at_its_place_is_unchanged() -> None:
    assert find(TEXT) == Located("unchanged", START, END)


def test_a_quote_after_an_insertion_has_moved() -> None:
    assert find("Updated today. " + TEXT) == Located("moved", START + 15, END + 15)


def test_of_two_copies_the_one_between_the_same_words_is_taken() -> None:
    text = f"Intro. {QUOTE} Elsewhere.\n\nLater, in May. {QUOTE} Nobody knew."
    assert find(text) == Located("moved", text.rindex(QUOTE), text.rindex(QUOTE) + len(QUOTE))


def test_of_two_equal_copies_the_nearest_is_taken() -> None:
    text = f"{QUOTE} {'x ' * 80}{QUOTE}"
    assert find(text, prefix="", suffix="") == Located("moved", 0, len(QUOTE))


@pytest.mark.parametrize(
    "edited",
    [
        "The company said that 2,301 cases were opened in the first half of 2023.",
        "The company has said that 2,076 criminal cases were opened in the first half of 2023.",
        "The company said 2,076 cases were opened in the first half.",
        "A company said that 2,076 cases were opened in the first half of 2024.",
    ],
)
@pytest.mark.parametrize("before", ["", "One more paragraph stands here now. " * 5])
def test_a_changed_sentence_is_edited_and_its_range_is_given(edited: str, before: str) -> None:
    text = before + TEXT.replace(QUOTE, edited)
    located = find(text)
    assert located.status == "edited"
    assert text[located.start : located.end] == edited


@pytest.mark.parametrize(
    "text", ["", "The weather stayed dry.", "The company said that nothing happened in the first place."]
)
def test_a_removed_sentence_is_gone(text: str) -> None:
    assert find(text) == Located("gone", 0, 0)


def test_a_short_quote_is_found_where_it_moved() -> None:
    assert locate("No. Yes.", "Yes.", "", "", 0, 4) == Located("moved", 4, 8)


def test_an_empty_quote_is_nowhere() -> None:
    assert locate(TEXT, "", "", "", 5, 5) == Located("gone", 0, 0)


@given(st.text(max_size=80), st.text(min_size=1, max_size=30), st.integers(-5, 90), st.integers(-5, 90))
def test_every_place_lies_in_the_text_and_exact_ones_hold_the_quote(
    text: str, quote: str, start: int, end: int
) -> None:
    located = locate(text, quote, "", "", start, end)
    assert 0 <= located.start <= located.end <= len(text)
    if located.status in {"unchanged", "moved"}:
        assert text[located.start : located.end] == quote
    else:
        assert quote not in text
