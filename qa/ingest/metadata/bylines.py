"""Lines that say who wrote, translated or edited the article, and the names in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.ingest.cleaning.phrases import compile_phrases, read_words
from qa.ingest.metadata.dates import find_date_span
from qa.text.fold import fold
from qa.text.lines import Line

# In how many lines from the top a byline names the authors.
TOP_LINES = 12
BYLINE_WORDS = 20
TRANSLATOR_WORDS = 14
AUTHOR_WORDS = 5

_CREDIT = compile_phrases(
    r"""
    \W*<work> (?:by|from|in)\b.{1,120}
    \W*translated\b.{1,120}
    \W*<label>: ?.{1,120}
    """,
    label=(r"(?:translator|translation|authors?|byline|editors?|contributing|contributors?|interview|autor|autorin)"),
    work=(
        r"(?:written|words|story|text|reported|reporting|report|edited|editing|photos?|photographs?|photography|compiled"
        r"|produced|additional reporting|illustrations?|video|adapted|translated|translation|contributions?|interview)"
    ),
)
_AUTHOR = re.compile(
    r"\W*(?:(?:written|words|story|text|reported|reporting|interview|report) by|by:?|authors?:|byline:|interview:"
    r"|autor(?:in)?:|von|par|por|door|af|av) (?P<names>\S.{1,100})",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"by:? (?P<names>\S.{1,100})", re.IGNORECASE)
# In other languages the word before the name opens sentences and titles too.
_FOREIGN_BYLINE = re.compile(r"(?:Von|Par|Por|Door|Af|Av) (?P<names>\S.{1,100})")
FOREIGN_LINES = 8
# A name with the job of its bearer, and where the author was.
_JOB = re.compile(
    r"(?P<names>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}),? (?:[\w&'’-]+ ){0,3}"
    r"(?:correspondent|editor|reporter|columnist|critic|staff writer)(?: in [A-Z]\w+)?"
)
_WHEREABOUTS = re.compile(r"\s+in\s+[^,;|/·•]*")
_LAST_PART = re.compile(r"(.*\w)\s*[,|·•(–—-].*")
_LOWER_IN_NAMES = read_words("and for in of the de da van der von la le el bin al und et y e en och og dpa afp ap")
_PARTICLES = read_words("al bin da de del den der di du el la le ten ter van von")
_ACCOUNTS = read_words("admin staff editor reporter")
_NO_NAMES = read_words(
    """
    agence agencies agency ap afp associated bbc broadcasting business chief cnn correspondent correspondents desk dpa
    editor editorial editors kna epd news newspaper newsroom press reporter reporters reuters sid staff team times upi
    wire writer writers redaktion
    """
)
_TITLES = re.compile(r"(?:(?:Dr|Prof|Sir|Mr|Mrs|Ms|Rev)\.? (?:(?:med|phil|jur|h\.c)\. )?)+")
_SPLIT = re.compile(r"\s*(?:[,;|/·•]|\b(?:and|und|et|och|og|with|for|in)\b|&)\s*", re.IGNORECASE)


def is_translator_line(line: Line) -> bool:
    """Tell whether a line names a translator."""
    return (
        "translat" in line.folded
        and line.rough_words <= TRANSLATOR_WORDS
        and _CREDIT.fullmatch(line.folded) is not None
    )


def is_byline(line: Line, position: int) -> bool:
    """Tell whether a line names authors or others who worked on the article; position counts lines from the top."""
    if line.rough_words > BYLINE_WORDS:
        return False
    if _CREDIT.fullmatch(line.folded):
        # "Video from a bus shows the fight." is a sentence of the article.
        is_short = line.rough_words <= 8 and (":" in line.text or " by " in line.folded)
        return is_short or not line.text.endswith((".", "!", "?"))
    if line.text.endswith((".", "!", "?")):
        return False
    match = _BYLINE.fullmatch(line.text)
    if match is not None:
        return _are_names(match["names"], fewest=1)
    if 0 < position < FOREIGN_LINES and _JOB.fullmatch(line.text):
        return True
    match = _FOREIGN_BYLINE.fullmatch(line.text) if 0 < position < FOREIGN_LINES else None
    return match is not None and _are_names(match["names"], fewest=2)


def find_authors(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the names in the first byline near the top.

    >>> from qa.text.lines import read_lines
    >>> find_authors(read_lines("The dam\\n\\nBy Maren Toft and Ole Lind, Reuters | June 3, 2022"))
    ('Maren Toft', 'Ole Lind')
    """
    for position, line in enumerate(lines[:TOP_LINES]):
        is_named = position and is_byline(line, position)
        match = (_AUTHOR.fullmatch(line.text) or _JOB.fullmatch(line.text)) if is_named else None
        if match is not None and (names := split_authors(match["names"])):
            return names
    return ()


def split_authors(names: str) -> tuple[str, ...]:
    """Return the names of people in a list of names; agencies and job titles are left out."""
    date = find_date_span(names)
    if date is not None:
        names = f"{names[: date[1]]}|{names[date[2] :]}"
    names = _WHEREABOUTS.sub("", names)
    found = [_TITLES.sub("", part.strip(" .*_()[]\"'")) for part in _SPLIT.split(names)]
    return tuple(dict.fromkeys(part for part in found if _is_author(part)))


def _is_author(part: str) -> bool:
    words = part.split()
    capitals = [word for word in words if word[0].isupper()]
    if not 2 <= len(words) <= AUTHOR_WORDS or len(capitals) < 2 or any(map(str.isdigit, part)):
        return False
    if words[0].islower() and words[0] not in _PARTICLES:
        return False
    return not _NO_NAMES.intersection(fold(word).strip(".") for word in words)


def _are_names(text: str, fewest: int) -> bool:
    date = find_date_span(text)
    if date is not None:
        text = _LAST_PART.sub(r"\1", text[: date[1]])
    names = re.findall(r"[^\W\d_]+", text)
    capitals = sum(name[0].isupper() or name in _ACCOUNTS for name in names)
    return capitals >= fewest and all(name[0].isupper() or name in _LOWER_IN_NAMES | _ACCOUNTS for name in names)
