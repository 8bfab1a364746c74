"""Lines that state the date of the article, in the forms that news sites print."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.ingest.cleaning.phrases import read_words
from qa.ingest.metadata.dates import find_date_span
from qa.text.fold import fold
from qa.text.lines import Line

# In how many lines from the top a date is the date of the article, and in how many when names stand beside it.
TOP_LINES = 12
NAMED_LINES = 6
DATE_LINE_CHARACTERS = 200
# How many words a name beside the date has, and how many of them may start in lower case.
NAME_WORDS = 4
BYLINE_WORDS = 8
LOWER_WORDS = 1
# How far into its paragraph a dateline such as "NORDBY, 12 June 2022 (AP) —" reaches.
DATELINE_CHARACTERS = 80

_PUBLISHED = read_words(
    """
    created date dated datum delivered erschienen filed gepubliceerd issued posted printed publicado publicerad publie
    published pubblicato publiziert released stand udgivet veroffentlicht first originally opublikowano
    """
)
_UPDATED = read_words(
    "actualizado aggiornato aktualisiert atualizado last maj mis jour modified modifie revised update updated zuletzt"
)
_TIME_WORDS = read_words(
    """
    min mins minute minutes minuten minutos minuti read reading time lesezeit lecture
    mon tue tues wed wednes thu thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday montag
    dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes
    martes miercoles jueves viernes sabado domingo a am pm a.m p.m at on um uhr le la el em il op den vom the hrs h
    est edt et pst pdt pt cst cdt ct mst mdt mt gmt utc bst ist cet cest mez mesz wib
    """
)
_LOWER_IN_NAMES = read_words("and for of the de da van der von la le el bin al by par por di und et y e in from")
_CLOCK = re.compile(r"t?\d{1,2}(?:[:.h]\d\d){0,2}(?:z|am|pm|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_BETWEEN = re.compile(r"[/|·•–—,;()\[\]*_<>]+|\s-+\s|^-+|-+$")
_JOINT = re.compile(r"(?:^|[/|·•–—,;()\[\]*_<>-])\s*$")
_WORD = re.compile(r"[^\s:]+")
# A sentence about a date, and not a line with one.
_SAID = re.compile(r"\b(?:was|were|is|are|wurden?|ist|sind)\b.*\w.*[.!]$")
_DATELINE = re.compile(r"[^—–]{4,78}?(?:\s[—–]|\)\s-)\s")


def find_date(lines: Sequence[Line]) -> str | None:
    """Return the date that a line near the top states for the article, as YYYY-MM-DD, or None.

    A date of publication comes before other dates, and those before the date of an update.
    """
    found: dict[str, str] = {}
    for position, line in enumerate(lines[:TOP_LINES]):
        for text in (line.text, _dateline(line)):
            stated = parse_date_line(text, position) if text else None
            if stated is not None:
                found.setdefault(*stated)
    return next((found[kind] for kind in ("published", "plain", "updated") if kind in found), None)


def parse_date_line(text: str, position: int) -> tuple[str, str] | None:
    """Return what kind of date a line states ("published", "updated" or "plain") and the date, or None.

    >>> parse_date_line("By Maren Toft | June 3, 2022", 2)
    ('plain', '2022-06-03')
    >>> parse_date_line("The army left on June 3, 2022.", 2) is None
    True
    """
    found = find_date_span(text) if len(text) <= DATE_LINE_CHARACTERS and not _SAID.search(text) else None
    if found is None:
        return None
    date, start, end = found
    before, after = text[:start], text[end:].rstrip(" .")
    words = {fold(word).strip(".") for word in _WORD.findall(before)}
    kind = "published" if _PUBLISHED.intersection(words) else "updated" if _UPDATED.intersection(words) else "plain"
    before_joins = _JOINT.search(before) is not None or _leads_to_date(before, kind)
    after_joins = _JOINT.search(after[:1]) is not None or _is_date_word(after)
    if not (before_joins and after_joins):
        return None
    if ":" in before and kind == "plain":
        return None
    names = [part for part in (_names(piece) for piece in _BETWEEN.split(f"{before}|{after}")) if part]
    if position >= NAMED_LINES and names and kind == "plain":
        return None
    return (kind, date) if all(map(_is_name, names)) else None


def is_date_of_publication(text: str) -> bool:
    """Return whether a line says when the article was published or updated, so that it is no headline with a date.

    >>> is_date_of_publication("Updated 17 June 2024"), is_date_of_publication("Harbour Court, 17 June 2024")
    (True, False)
    """
    stated = parse_date_line(text, 0)
    return stated is not None and stated[0] != "plain"


def _leads_to_date(before: str, kind: str) -> bool:
    """Tell whether the words directly before a date belong to it: "Published on", "Friday,", "Date of judgment:"."""
    piece = _BETWEEN.split(before)[-1]
    return (kind != "plain" and before.rstrip().endswith(":")) or all(map(_is_date_word, _WORD.findall(piece)))


def _is_date_word(text: str) -> bool:
    """Tell whether a text starts with a word about dates or times, or with nothing at all."""
    word = _WORD.search(text)
    if word is None:
        return True
    folded = fold(word.group()).strip(".")
    return folded in _PUBLISHED | _UPDATED | _TIME_WORDS or _CLOCK.fullmatch(folded) is not None


def _names(piece: str) -> list[str]:
    return [word for word in _WORD.findall(piece) if any(map(str.isalnum, word)) and not _is_date_word(word)]


def _is_name(words: Sequence[str]) -> bool:
    lower = [word for word in words if not word[0].isupper() and fold(word) not in _LOWER_IN_NAMES]
    most = BYLINE_WORDS if fold(words[0]) in ("by", "von", "par", "por") else NAME_WORDS
    return len(words) <= most and len(lower) <= LOWER_WORDS


def _dateline(line: Line) -> str | None:
    """Return the dateline that opens a paragraph, without the dash after it."""
    match = (
        _DATELINE.match(line.text[: DATELINE_CHARACTERS + 1]) if line.end - line.start > DATELINE_CHARACTERS else None
    )
    return None if match is None else match.group().rstrip(" —–-")
