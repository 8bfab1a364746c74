"""Numbers and days in one form: 2.4 million and 2,400,000 are one word of the search, 3 May and 2024-05-03 another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.text.dates import MONTHS

# Names and abbreviations of the months as folded text has them: English, German, French, Spanish, Italian.
MONTH_NAMES = (
    "january jan januar janvier enero gennaio",
    "february feb februar fevrier febrero febbraio",
    "march mar marz mars marzo",
    "april apr avril abril aprile",
    "may mai mayo maggio",
    "june jun juni juin junio giugno",
    "july jul juli juillet julio luglio",
    "august aug aout agosto",
    "september sept sep septembre septiembre settembre",
    "october oct oktober okt octobre octubre ottobre",
    "november nov novembre noviembre",
    "december dec dezember dez decembre diciembre dicembre",
)
# Zeros that a word after a number stands for.
SCALES = {
    "thousand": 3, "million": 6, "millions": 6, "billion": 9, "billions": 9, "trillion": 12, "tausend": 3, "mio": 6,
    "millionen": 6, "mrd": 9, "milliarden": 9, "milliard": 9, "milliards": 9, "millones": 6, "milioni": 6,
    "miliardi": 9,
}  # fmt: skip
LETTERS = {"k": 3, "m": 6, "mn": 6, "bn": 9}
# Longer numbers are codes.
LONGEST_NUMBER = 15

_MONTH_OF = {name: number for number, names in enumerate(MONTH_NAMES, 1) for name in names.split()}
_NAMES = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
LONGEST_NAME = max(map(len, _MONTH_OF))
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(
    r"(?P<digits>\d+(?:[.,]\d+)*(?: \d{3}(?![\d.,]*\d))*)"
    rf"(?:[ -]?(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))})\b|(?P<letter>bn|mn|[km])\b)?"
)
_SEPARATOR = re.compile(r"[., ]")
_NUMBERED_DAY = re.compile(
    r"\d{4}[-/](?P<m1>\d\d?)[-/](?P<d1>\d\d?)(?!\d)|(?P<d2>\d\d?)\.(?P<m2>\d\d?)\.(?:\d{4}|\d\d)(?!\d)"
    rf"|(?P<m3>\d\d?)月(?P<d3>\d\d?)日|(?P<d4>\d\d?)(?:st|nd|rd|th|\.|er)? (?:of |de |di )?(?P<n4>{_NAMES})\b"
)
_DAY = re.compile(r"\d\d?(?:st|nd|rd|th)?\b(?![.,]?\d)")
_NAME_BEFORE = re.compile(rf"(?<!\w)(?P<name>{_NAMES})\.? $")


def figure_terms(folded: str) -> Iterator[str]:
    """Yield one term per number of a folded text that is written with a scale or in groups, and per day of a month.

    >>> list(figure_terms("2.4 million on may 3rd")), list(figure_terms("2024-05-03 or 27 500"))
    (['2400000', '0503d'], ['0503d', '27500'])
    """
    end = 0
    for run in _DIGITS.finditer(folded):
        if run.start() < end or _is_glued(folded, run.start()):
            continue
        number = _NUMBER.match(folded, run.start())
        if number is not None and (term := number_term(number)) is not None and not number["digits"].endswith(term):
            end = number.end()
            yield term
        yield from _day_terms(folded, run)


def find_numbers(folded: str) -> Iterator[re.Match[str]]:
    """Yield the numbers of a folded text, each with its scale; number_term gives their value."""
    return (number for number in _NUMBER.finditer(folded) if not _is_glued(folded, number.start()))


def number_term(number: re.Match[str]) -> str | None:
    """Return the digits of a whole number without separators and scale, or None for any other."""
    parts = _SEPARATOR.split(number["digits"])
    zeros = SCALES.get(number["scale"] or "", LETTERS.get(number["letter"] or "", 0))
    grouped = len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:])
    if zeros and len(parts) == 2:
        zeros -= len(parts[1])
    elif len(parts) > 1 and not grouped:
        return None
    digits = "".join(parts) + "0" * zeros
    stripped = digits.lstrip("0")
    return stripped if zeros >= 0 and 0 < len(stripped) <= LONGEST_NUMBER else None


_ISO_DAY = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b")


def spell_out_days(text: str) -> str:
    """Return the text with days such as 2024-05-03 in words, as articles mostly have them.

    >>> spell_out_days("What happened on 2024-05-03?")
    'What happened on 3 May 2024?'
    """
    return _ISO_DAY.sub(_in_words, text)


def _in_words(found: re.Match[str]) -> str:
    month, day = int(found["month"]), int(found["day"])
    if not _is_day(month, day):
        return found[0]
    return f"{day} {MONTHS[month - 1]} {found['year']}"


def _is_glued(text: str, start: int) -> bool:
    """Tell whether a number goes on a word or a number before it."""
    before = text[start - 1 : start]
    return before.isalnum() or before in ("_", ".", ",")


def _day_terms(folded: str, run: re.Match[str]) -> Iterator[str]:
    """Yield the term of the day that digits begin, or that they are after the name of a month."""
    numbered = _NUMBERED_DAY.match(folded, run.start())
    if numbered is not None:
        yield from _day_term(*_read_day(numbered))
    elif len(run[0]) <= 2 and _DAY.match(folded, run.start()):
        name = _NAME_BEFORE.search(folded[max(0, run.start() - LONGEST_NAME - 2) : run.start()])
        if name is not None:
            yield from _day_term(_MONTH_OF[name["name"]], int(run[0]))


def _read_day(found: re.Match[str]) -> tuple[int, int]:
    if found["n4"]:
        return _MONTH_OF[found["n4"]], int(found["d4"])
    kind = next(kind for kind in "123" if found[f"m{kind}"])
    return int(found[f"m{kind}"]), int(found[f"d{kind}"])


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def _day_term(month: int, day: int) -> Iterator[str]:
    """Yield the term of a day. It begins with a digit, so that no word is taken for a misspelling of it."""
    if _is_day(month, day):
        yield f"{month:02}{day:02}d"
