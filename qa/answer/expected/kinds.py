"""The kind of thing that a question asks for, and whether a passage holds any of that kind."""

from __future__ import annotations

import re

from qa.text.figures import MONTH_NAMES

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
# How a question in several languages asks for a number or for a moment, and how a sentence names one.
NUMBER_SOUGHT = re.compile(
    rf"{NUMBER_ASKED.pattern}|\b(?:wie (?:viele?|hoch|alt|lange|groß|oft)|combien|cu[áa]nt[oa]s?|quant[oiae])\b",
    re.IGNORECASE,
)
NUMBER_NAMED = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|forty|fifty"
    r"|hundreds?|thousands?|millions?|billions?|dozens?|half|twice|no one|nobody|none"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|hundert|tausend|niemand|keine"
    r"|deux|trois|quatre|cinq|huit|neuf|dix|dos|tres|cuatro|cinco|ocho|nueve|diez|due|tre|quattro|cinque|otto|nove"
    r"|dieci)\b",
    re.IGNORECASE,
)
# Names of months that are other words, too, count beside a number.
_ALSO_WORDS = ("may", "mai", "mars", "mar")
_MONTHS = "|".join(name for names in MONTH_NAMES for name in names.split() if name not in _ALSO_WORDS)
MOMENT_SOUGHT = re.compile(
    rf"{TIME_ASKED.pattern}|{DAY_ASKED.pattern}|\b(?:what|which) time\b|\bwie viel uhr\b"
    r"|^\W*(?:\w+ )?(?:wann|quand|cu[áa]ndo|quando)\b",
    re.IGNORECASE,
)
MOMENT_NAMED = re.compile(
    rf"(?<![\w.,$€£-])(?:1\d|20)\d\d(?![\w,%]|\.\d)|\b(?:{_MONTHS})\b"
    rf"|\b\d{{1,2}}\.? (?:{'|'.join(_ALSO_WORDS)})\b|\bmay \d|\b\d{{1,2}}[:.]\d\d\b"
    r"|\b\d{1,2} ?(?:[ap]\.?m\b|uhr\b|o['’]clock)|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)\b"
    r"|\b(?:noon|midnight|midday|today|tomorrow|yesterday|century|heute|gestern|mittags?|mitternacht)\b",
    re.IGNORECASE,
)
# Days, times and numbers that a question gives, so that what answers it names them, too.
GIVEN = re.compile(
    rf"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|{_MONTHS}"
    r"|\d{1,2}[:.]\d\d|\d+)(?=s?\b)",
    re.IGNORECASE,
)
# What a question may ask for by name: how it asks, and how a text holds it.
KINDS = {"number": (NUMBER_ASKED, NUMBER), "date": (DAY_ASKED, DAY), "time": (TIME_ASKED, TIME)}


def kind_is_missing(question: str, text: str) -> bool:
    """Return whether the question asks for a number, a day or a time and the text names none.

    >>> kind_is_missing("How old is he?", "He lives in Rome."), kind_is_missing("How old is he?", "He is 32.")
    (True, False)
    """
    return any(asked.search(question) is not None and held.search(text) is None for asked, held in KINDS.values())


def find_sought(question: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of what the question asks for, as a sentence names it: a number, a moment, both or nothing.

    >>> [bool(one.search("Am 27. Mai um 10 Uhr soll es so weit sein.")) for one in find_sought("Wann öffnet das Bad?")]
    [True]
    """
    kinds = ((NUMBER_SOUGHT, NUMBER_NAMED), (MOMENT_SOUGHT, MOMENT_NAMED))
    return tuple(named for sought, named in kinds if sought.search(question))


def find_given(text: str) -> frozenset[str]:
    """Return the days, times and numbers that a text names, in lower case.

    >>> sorted(find_given("Is it open on Sundays at 10:30?"))
    ['10:30', 'sunday']
    """
    return frozenset(found.lower() for found in GIVEN.findall(text))
