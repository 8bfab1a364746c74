"""The kind of thing that a question asks for, and whether a passage holds any of that kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

NUMBER_ASKED = re.compile(
    r"\b(?:how (?:many|much|old|long|far|tall|high|big|large|often)|what (?:number|share|percentage|percent|age|amount)"
    r"|(?:number|percentage|amount|population|age|price|cost) of|population|how many)\b",
    re.IGNORECASE,
)
DAY_ASKED = re.compile(r"\b(?:what|which|exact) (?:date|day|year|month)\b|\bdate\b", re.IGNORECASE)
TIME_ASKED = re.compile(r"^\W*when\b|\bwhen (?:did|was|were|is|are|will|does|do|has|have)\b", re.IGNORECASE)

NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|forty|fifty"
    r"|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|double|triple|twice|once"
    r"|no one|nobody|none|many|several|few|most|almost all|years?|months?|weeks?|days?|hours?|always|never|daily"
    r"|constantly)\b",
    re.IGNORECASE,
)
DAY = re.compile(
    r"\d|\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|today|yesterday|tomorrow)\b"
)
TIME = re.compile(
    DAY.pattern
    + r"|\b(?:ago|later|last|next|since|after|before|during|when|while|until|once|soon|now|start|beginning|end"
    r"|early|late|night|morning|evening|century|spring|summer|autumn|fall|winter)\b",
    re.IGNORECASE,
)
FIGURE = re.compile(r"\d[\d,.]*\d|\d")
YEAR = re.compile(r"(?<![\w.,/$€£-])(?:1[5-9]|20)\d\d(?![.,/%-]\d|\w|%)")
GROUP_COMMA = re.compile(r"(?<=\d),(?=\d{3})")
# What a question may ask for by name: how it asks, and how a text holds it.
KINDS = {"number": (NUMBER_ASKED, NUMBER), "date": (DAY_ASKED, DAY), "time": (TIME_ASKED, TIME)}


def kind_is_missing(question: str, text: str) -> bool:
    """Return whether the question asks for a number, a day or a time and the text names none.

    >>> kind_is_missing("How old is he?", "He lives in Rome."), kind_is_missing("How old is he?", "He is 32.")
    (True, False)
    """
    return any(asked.search(question) is not None and held.search(text) is None for asked, held in KINDS.values())


def find_unmet_years(question: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Return the years that the question names and none of the texts.

    >>> find_unmet_years("Is council tax going up in 2026?", ["It goes up in April.", "2025-02-20"])
    ('2026',)
    >>> find_unmet_years("Which place had 2050 visitors?", ["It had 2,050 visitors."])
    ()
    """
    met = GROUP_COMMA.sub("", "\n".join(texts))
    return tuple(year for year in dict.fromkeys(YEAR.findall(question)) if year not in met)


def describe_unmet(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Return in words which parts of the question none of the texts meets: a figure, a number, a day or a time.

    >>> describe_unmet("How many were hurt in 2024?", ["Nobody said in 2023.", "It was long ago."])
    ('2024 is not mentioned in the passages found.',)
    >>> describe_unmet("What date was it?", ["It was long ago."])
    ('No date is given in the passages found.',)
    """
    held = {figure for text in texts for figure in FIGURE.findall(text)}
    figures = [figure for figure in dict.fromkeys(FIGURE.findall(question)) if figure not in held]
    kinds = [
        name
        for name, (asked, held) in KINDS.items()
        if asked.search(question) and not any(held.search(text) for text in texts)
    ]
    return (
        *(f"{figure} is not mentioned in the passages found." for figure in figures),
        *(f"No {name} is given in the passages found." for name in kinds[:1]),
    )
