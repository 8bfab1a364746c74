"""Lines about the article: its authors and translators, and its date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from qa.ingest.cleaning.phrases import compile_phrases
from qa.text.lines import Line

# In how many lines from the top a date is the date of the article.
TOP_LINES = 12
DATELINE_LINES = 6
METADATA_CHARACTERS = 200
BYLINE_WORDS = 20

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = re.compile(
    rf"\b(?:(?P<y1>(?:19|20)\d\d)-(?P<m1>[01]\d)-(?P<d1>[0-3]\d)|(?P<m2>{_MONTH}) (?P<d2>[0-3]?\d)(?:st|nd|rd|th)?,? "
    rf"(?P<y2>(?:19|20)\d\d)|(?P<d3>[0-3]?\d)(?:st|nd|rd|th)? (?P<m3>{_MONTH}),? (?P<y3>(?:19|20)\d\d))(?!\d)"
)
_DATE_WORD = re.compile(
    r"(?:first |last |originally )?(?:published|updated|posted|modified|date|created|issued)(?: (?:on|at|date))?\b:?"
)
_TIME = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?|t?\d{1,2}[:.]\d\d(?::\d\d)?(?:z|[+-]\d\d:?\d\d)?|"
    r"\b[ap]\.?m\b\.?|\b(?:e[sd]?t|p[sd]?t|c[sd]?t|m[sd]t|gmt|utc|bst|ist|cet)\b|\b(?:at|on|and|ago)\b|[\s,|()/·•–-]+"
)
_CREDIT = compile_phrases(
    r"""
    \W*<work> (?:by|from|in)\b.{1,120}
    \W*translated\b.{1,120}
    \W*(?:translator|translation|author|byline|editors?|contributing|contributors?): ?.{1,120}
    """,
    work=(
        r"(?:written|words|story|text|reported|reporting|report|edited|editing|photos?|photographs?|photography|compiled"
        r"|produced|additional reporting|illustrations?|video|adapted|translated|translation|contributions?)"
    ),
)
_BYLINE = re.compile(r"by:? (?P<names>\S.{1,100})", re.IGNORECASE)
_LOWER_IN_NAMES = frozenset(("and", "for", "of", "the", "de", "da", "van", "der", "von", "la", "le", "el", "bin", "al"))
_ACCOUNTS = frozenset(("admin", "staff", "editor", "reporter"))
_DATELINE = re.compile(r"\(?[^\W\d_][\w .,/&'()-]{1,60}\)?\s*[—–]")
_WIRE = re.compile(
    r"\(?(?:cnn|ap|reuters|afp|bbc|upi|pa media|associated press|the associated press)\)?\W*", re.IGNORECASE
)


def find_metadata_reason(line: Line, position: int) -> str | None:
    """Return the kind of metadata a line holds ("byline", "translator", "date", "dateline"), or None."""
    if line.end - line.start > METADATA_CHARACTERS:
        return None
    if "translat" in line.folded and _CREDIT.fullmatch(line.folded) and line.rough_words <= 14:
        return "translator"
    if _is_byline(line):
        return "byline"
    if position < TOP_LINES and _parse_date_line(line.folded) is not None:
        return "date"
    if position < DATELINE_LINES and (
        _WIRE.fullmatch(line.text) or (_DATELINE.fullmatch(line.text) and line.rough_words <= 8)
    ):
        return "dateline"
    return None


def find_date(lines: Sequence[Line]) -> str | None:
    """Return the date that a line near the top states for the article, as YYYY-MM-DD, or None."""
    for line in lines[:TOP_LINES]:
        if line.end - line.start <= METADATA_CHARACTERS and (found := _parse_date_line(line.folded)):
            return found
    return None


def parse_date(folded: str) -> str | None:
    """Return the first date in a folded text as YYYY-MM-DD, or None.

    >>> parse_date("updated june 3, 2022")
    '2022-06-03'
    """
    match = _DATE.search(folded)
    if match is None:
        return None
    year = match["y1"] or match["y2"] or match["y3"]
    month = match["m1"] or match["m2"] or match["m3"]
    number = int(month) if month.isdigit() else _MONTH_NAMES.index(month[:3]) + 1
    try:
        return date(int(year), number, int(match["d1"] or match["d2"] or match["d3"])).isoformat()
    except ValueError:
        return None


def _parse_date_line(folded: str) -> str | None:
    """Return the date of a line that holds nothing else or starts with a word such as "published"."""
    found = parse_date(folded)
    if found is None:
        return None
    word = _DATE_WORD.match(folded)
    rest = _DATE.sub("", _DATE_WORD.sub("", folded))
    return found if (word and len(rest) < 60) or not _TIME.sub("", rest).strip(" .:") else None


def _is_byline(line: Line) -> bool:
    if line.rough_words > BYLINE_WORDS:
        return False
    if _CREDIT.fullmatch(line.folded):
        return line.rough_words <= 8 or not line.text.endswith((".", "!", "?"))
    match = _BYLINE.fullmatch(line.text)
    if match is None or line.text.endswith((".", "!", "?")):
        return False
    names = re.findall(r"[^\W\d_]+", match["names"])
    named = any(name[0].isupper() or name in _ACCOUNTS for name in names)
    return named and all(name[0].isupper() or name in _LOWER_IN_NAMES | _ACCOUNTS for name in names)
