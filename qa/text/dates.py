"""The dates that a text names, as ranges of years with a month and a day where they are known."""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTH = "|".join([*MONTHS, *(rf"{name[:3]}\.?" for name in MONTHS if name != "May"), r"Sept\.?"])
_YEAR = r"1\d{3}|20\d\d"
DATE = re.compile(
    rf"(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?\b(?P<month>{_MONTH})(?!\w)"
    rf"(?:\s+(?P<after>\d{{1,2}})(?:st|nd|rd|th)?\b)?(?:\s*,?\s*(?P<year>{_YEAR})\b)?"
    rf"|\b(?P<first>{_YEAR})(?P<decade>s)?(?:\s*[–-]\s*(?P<last>\d{{4}}|\d\d)\b)?"
)


@dataclass(frozen=True, slots=True)
class NamedDate:
    """Years from ``first`` to ``last``, with a month and a day of the month where the text names them."""

    first: int | None
    last: int | None
    month: int | None = None
    day: int | None = None

    def comparable(self, other: NamedDate) -> bool:
        """Return whether both name a year, or neither does."""
        return (self.first is None) == (other.first is None)

    def agrees(self, other: NamedDate) -> bool:
        """Return whether one date may be the other: whatever both name is the same.

        >>> year = NamedDate(1932, 1932)
        >>> year.agrees(NamedDate(1932, 1932, 3, 19)), year.agrees(NamedDate(1934, 1934))
        (True, False)
        """
        if self._lies_before(other) or other._lies_before(self):
            return False
        months = {month for month in (self.month, other.month) if month is not None}
        days = {day for day in (self.day, other.day) if day is not None}
        return len(months) < 2 and (len(days) < 2 or None in (self.month, other.month))

    def _lies_before(self, other: NamedDate) -> bool:
        return self.last is not None and other.first is not None and self.last < other.first


def dates(text: str) -> tuple[NamedDate, ...]:
    """Return the dates of a text in their order; May alone is taken for a verb.

    >>> dates("19 March 1932 and the 1890s")
    (NamedDate(first=1932, last=1932, month=3, day=19), NamedDate(first=1890, last=1899, month=None, day=None))
    """
    return tuple(date for found in DATE.finditer(text) if (date := _date(found)) is not None)


def _date(found: re.Match[str]) -> NamedDate | None:
    if found["month"] is None:
        return _years(found)
    day, year = found["before"] or found["after"], found["year"]
    if not day and not year and (found["month"] == "May" or found["month"] not in MONTHS):
        return None
    number = next(at for at, name in enumerate(MONTHS, 1) if name.startswith(found["month"][:3]))
    known = int(year) if year else None
    return NamedDate(known, known, number, int(day) if day else None)


def _years(found: re.Match[str]) -> NamedDate | None:
    first = last = int(found["first"])
    if found["decade"]:
        last = first + 9
    if found["last"]:
        last = int(found["last"]) if len(found["last"]) == 4 else first // 100 * 100 + int(found["last"])
    return NamedDate(first, last) if first <= last else None
