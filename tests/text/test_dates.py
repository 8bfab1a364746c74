import pytest

from qa.text.dates import NamedDate, dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("opened on 19 March 1932", [NamedDate(1932, 1932, 3, 19)]),
        ("opened on March 19th, 1932", [NamedDate(1932, 1932, 3, 19)]),
        ("in the 1890s", [NamedDate(1890, 1899)]),
        ("from 1847–48", [NamedDate(1847, 1848)]),
        ("on Aug. 3", [NamedDate(None, None, 8, 3)]),
        ("they may march in 2,000 boats", []),
        ("May he rest", []),
    ],
)
def test_dates_are_years_with_month_and_day_where_they_are_named(text: str, expected: list[NamedDate]) -> None:
    assert list(dates(text)) == expected


def test_a_date_agrees_with_a_less_exact_one() -> None:
    assert NamedDate(1932, 1932, 3, 19).agrees(NamedDate(1930, 1939))
    assert not NamedDate(1932, 1932, 3, 19).agrees(NamedDate(1932, 1932, 4))
    assert not NamedDate(1932, 1932, 3, 19).agrees(NamedDate(1932, 1932, 3, 20))


def test_a_day_without_a_year_is_not_compared_with_one_that_has_it() -> None:
    assert not NamedDate(None, None, 8, 10).comparable(NamedDate(1987, 1987, 12, 8))
