"""Dates that a line states in full, in any language that dateparser knows; no date is guessed."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from dateparser import parse

_DAY = r"(?P<{0}>[0-3]?\d)"
_YEAR = r"(?P<{0}>(?:19|20)\d\d)"
_WORD = r"(?P<{0}>[^\W\d_]{{3,12}})\.?"
# Day and month are not in doubt: the year comes first, the month is a word, or full stops stand between them. Of two
# numbers with slashes, one has to be too large for a month.
_DATE = re.compile(
    rf"(?<![\w.,/-])(?:{_YEAR.format('y1')}[-/.](?P<m1>[01]?\d)[-/.]{_DAY.format('d1')}(?=T|\b)"
    rf"|{_DAY.format('d2')}\.(?P<m2>[01]?\d)\.{_YEAR.format('y2')}"
    rf"|{_WORD.format('m3')} {_DAY.format('d3')}(?:st|nd|rd|th)?,? {_YEAR.format('y3')}"
    rf"|{_DAY.format('d4')}(?:st|nd|rd|th|\.|er|º)?(?:(?: de| of)? |-){_WORD.format('m4')}"
    rf"(?:,?(?: de)? |-){_YEAR.format('y4')}"
    rf"|(?P<n6>[0-3]?\d)/(?P<n7>[0-3]?\d)/{_YEAR.format('y6')}"
    r"|(?P<y5>(?:19|20)\d\d)年(?P<m5>[01]?\d)月(?P<d5>[0-3]?\d)日)(?!\d)",
    re.IGNORECASE,
)


def find_date_span(text: str) -> tuple[str, int, int] | None:
    """Return the first full date in a text as YYYY-MM-DD, with its start and end, or None.

    >>> find_date_span("Veröffentlicht am 12. Mai 2023, 17:45 Uhr")
    ('2023-05-12', 18, 30)
    >>> find_date_span("03/06/2022") is None
    True
    """
    for match in _DATE.finditer(text):
        kind = next(number for number in "123456" if match[f"y{number}"])
        if kind == "6":
            if found := _read_slashes(match["y6"], int(match["n6"]), int(match["n7"])):
                return found, match.start(), match.end()
            continue
        month = _month_number(match[f"m{kind}"].lower())
        if month is not None and (found := _as_date(match[f"y{kind}"], month, match[f"d{kind}"])):
            return found, match.start(), match.end()
    return None


def _read_slashes(year: str, first: int, second: int) -> str | None:
    """Return the date when only one of two numbers can be the month, or both are the same."""
    if first == second or second > 12 >= first:
        return _as_date(year, first, str(second))
    return _as_date(year, second, str(first)) if first > 12 >= second else None


def parse_date(text: str) -> str | None:
    """Return the first full date in a text as YYYY-MM-DD, or None.

    >>> parse_date("updated June 3, 2022")
    '2022-06-03'
    """
    found = find_date_span(text)
    return None if found is None else found[0]


def _as_date(year: str, month: int, day: str) -> str | None:
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        return None


@lru_cache(maxsize=1000)
def _month_number(name: str) -> int | None:
    """Return the number of a month that is given as a number or by its name in some language."""
    if name.isdigit():
        return int(name)
    found = parse(f"15 {name} 2020", settings={"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"]})
    return None if found is None or (found.year, found.day) != (2020, 15) else found.month
