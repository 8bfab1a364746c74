import pytest

from qa.answer.disagreement import disagree
from qa.text.quantities import Quantity, quantities


def test_quantities_are_ranges_of_what_they_count() -> None:
    assert quantities("more than 22,000 casualties") == (Quantity(22_000, float("inf"), frozenset({"casualtie"})),)
    assert quantities("about ten men") == (Quantity(9, 11, frozenset({"men"})),)
    assert quantities("several hundred soldiers") == (Quantity(200, 900, frozenset({"soldier"})),)
    assert quantities("60% of the soldiers")[0].unit == {"%", "the", "soldier"}


@pytest.mark.parametrize(
    ("question", "quotes", "expected"),
    [
        ("How many ships sank?", ["Twelve ships sank.", "At least 20 ships sank."], True),
        ("How many ships sank?", ["More than ten ships sank.", "In all 14 ships sank."], False),
        ("How many ships sank?", ["Twelve ships sank.", "The port has 20 cranes."], False),
        ("How many ships sank?", ["Twelve ships sank.", "Three ships sank in 20 minutes."], True),
        (
            "When did the bridge open?",
            ["The bridge opened in 1932.", "It was in 1934 that the bridge was opened."],
            True,
        ),
        ("When did the bridge open?", ["The bridge opened in 1932.", "The bridge opened on March 19, 1932."], False),
        ("Can tenants leave early?", ["Tenants can leave early.", "Tenants cannot leave early."], True),
        ("Can tenants leave early?", ["Tenants can leave early.", "Most tenants leave early."], False),
        ("Can tenants leave early?", ["Tenants can leave early.", "The roof is not tight."], False),
        ("Why did they leave?", ["They left for good.", "They did not leave."], False),
    ],
)
def test_quotes_on_the_point_that_cannot_both_be_right_disagree(
    question: str, quotes: list[str], expected: bool
) -> None:
    assert disagree(question, quotes) is expected
    assert disagree(question, quotes[::-1]) is expected


def test_one_quote_never_disagrees_with_itself() -> None:
    assert not disagree("How many ships sank?", ["Twelve ships sank, not 20 ships."])
