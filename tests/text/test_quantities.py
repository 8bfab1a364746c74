import math

import pytest

from qa.text.quantities import Quantity, quantities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("more than 22,000 casualties", [Quantity(22_000, math.inf)]),
        ("about ten men", [Quantity(9, 11)]),
        ("several hundred boats", [Quantity(200, 900)]),
        ("hundreds of boats", [Quantity(200, 999)]),
        ("60 percent", [Quantity(60, 60, "%")]),
        ("$30 in 37 minutes", [Quantity(30, 30, "$"), Quantity(37, 37, "minutes")]),
        ("2.5 million", [Quantity(2.5e6, 2.5e6)]),
        ("no number here", []),
    ],
)
def test_quantities_are_ranges_with_what_they_measure(text: str, expected: list[Quantity]) -> None:
    assert list(quantities(text)) == expected


def test_ranges_overlap_where_one_number_may_be_both() -> None:
    assert Quantity(2000, math.inf).overlaps(Quantity(2076, 2076))
    assert not Quantity(18, math.inf).overlaps(Quantity(7, 7))
