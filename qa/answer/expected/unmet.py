"""The parts of a question that the passages found do not meet, nor their articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from qa.answer.expected.kinds import KINDS
from qa.records import Article
from qa.search.spelling import sound
from qa.text.figures import MONTH_NAMES
from qa.text.fold import fold

FIGURE = re.compile(r"\d[\d,.]*\d|\d")
YEAR = re.compile(r"(?<![\w.,/$€£-])(?:1[5-9]|20)\d\d(?![.,/%-]\d|\w|%)")
GROUP_COMMA = re.compile(r"(?<=\d),(?=\d{3})")
# A name behind another word. Where small words have capitals, too, no word can be told to be a name.
NAME = re.compile(r"(?<=[\w,;:’'\")] )[A-Z][a-z’'-]{3,}\b")
# Names of months and days, which texts abbreviate and write as numbers.
CALENDAR = frozenset(" ".join(["monday tuesday wednesday thursday friday saturday sunday", *MONTH_NAMES]).split())
TITLE_CASE = re.compile(r" (?:Is|Are|Was|Were|The|Of|In|On|Did|Do|Does|And|To|For|A|An)\b")
# Letters that two forms of a name share at least, and those in which they may differ at the end.
SHARED_LETTERS, ENDING_LETTERS = 4, 2
MONEY_ASKED = re.compile(
    r"\bhow much (?:money\b|.*\b(?:costs?|pay|paid|earn(?:ed)?|spend|spent|charged?|owed?|worth|fined|donated?)\b)"
    r"|\bwhat (?:does|did|do|will) .*\bcost\b|\bwie viel .*\b(?:kostete?n?|gekostet|bezahlt|verdient)\b",
    re.IGNORECASE,
)
MONEY = re.compile(
    r"[$€£¥₹%]|\b(?:dollars?|euros?|pounds?|cents?|pence|sterling|shillings?|guineas?|crowns?|kron\w+|kroner?|francs?"
    r"|francos?|marks?|yen|yuan|rupees?|rou?bles?|pesos?|lira|zloty|hryvnias?|speciedaler|USD|EUR|GBP|CHF|free|gratis"
    r"|kostenlos|(?:for|costs?|pa(?:y|ys|id)) nothing"
    r"|thousands?|millions?|billions?|millionen|milliarden|mio|mrd|per ?cent|prozent)\b",
    re.IGNORECASE,
)
BIRTH_ASKED = re.compile(
    r"\b(?:where|in (?:which|what) \w+)\b.*\bborn\b|\b(?:birthplace|place of birth)\b|\bwo\b.*\bgeboren\b",
    re.IGNORECASE,
)
BIRTH = re.compile(
    r"\b(?:born|birth\w*|natives?|home ?town|(?:grew|grown|brought) up|raised|childhood|geboren\w*|gebürtig\w*"
    r"|stammt)\b",
    re.IGNORECASE,
)
SURELY_ASKED = (("sum of money", MONEY_ASKED, MONEY), ("place of birth", BIRTH_ASKED, BIRTH))


def find_unmet_years(question: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Return the years that the question names and none of the texts.

    >>> find_unmet_years("Is council tax going up in 2026?", ["It goes up in April.", "2025-02-20"])
    ('2026',)
    >>> find_unmet_years("Which place had 2050 visitors?", ["It had 2,050 visitors."])
    ()
    """
    years = dict.fromkeys(YEAR.findall(question))
    met = GROUP_COMMA.sub("", "\n".join(texts)) if years else ""
    return tuple(year for year in years if year not in met)


def names_anything(question: str) -> bool:
    """Return whether a question has a year or perhaps a name, without which nothing can be unmet.

    >>> names_anything("What did Mr Berg say?"), names_anything("What did the mayor say?")
    (True, False)
    """
    return YEAR.search(question) is not None or NAME.search(question) is not None


def describe_unnamed(
    asked: str, searched_for: str, articles: Sequence[Article], terms: Callable[[str], Sequence[str]]
) -> tuple[str, ...]:
    """Return in words which names of a question, and which years where it is all of them, no article has anywhere.

    An article is searched with its title and date. Names are looked for in English alone: in other languages other
    words have capitals, and names other forms.
    """
    texts = [f"{article.title}\n{article.date or ''}\n{article.text}" for article in articles]
    years = find_unmet_years(asked, texts)
    unnamed = years if set(years) >= set(YEAR.findall(asked)) else ()
    if all(article.language == "en" for article in articles):
        unnamed += find_unmet_names(asked, searched_for, "\n".join(texts), terms)
    return tuple(f"{one} is not mentioned in the articles found." for one in unnamed)


def find_unmet_names(
    asked: str, searched_for: str, text: str, terms: Callable[[str], Sequence[str]]
) -> tuple[str, ...]:
    """Return the names of a question that a text has in no form and no spelling.

    ``searched_for`` is the question in the spelling of the articles: a word that was replaced there is no name that was
    meant.

    >>> asked = "Did Mr Berg meet Ms Dahl?"
    >>> find_unmet_names(asked, asked, "the bergs met", str.split)
    ('Dahl',)
    >>> find_unmet_names("Who came on Sunday?", "Who came on Sunday?", "he came on 2019-05-05", str.split)
    ()
    """
    names = [name for name in NAME.findall(asked) if name in searched_for and name.lower() not in CALENDAR]
    names = [] if TITLE_CASE.search(asked) else _drop_met(names, text)
    if not names:
        return ()
    held = set(terms(text))
    sounds = {sound(term) for term in terms(searched_for) if term in held}

    def is_met(term: str) -> bool:
        beginning = _beginning(term)
        return sound(term) in sounds or any(other.startswith(beginning) for other in held)

    return tuple(name for name in dict.fromkeys(names) if not any(map(is_met, terms(name.lower()))))


def _drop_met(names: Sequence[str], text: str) -> list[str]:
    """Return the names that no word of the text begins like, which takes far less time than to list its words."""
    folded = fold(text) if names else ""
    return [name for name in names if re.search(rf"\b{re.escape(_beginning(fold(name)))}", folded) is None]


def _beginning(term: str) -> str:
    return term[: max(SHARED_LETTERS, len(term) - ENDING_LETTERS)]


def describe_lacking(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Return in words what the question surely asks for and none of the texts names: a sum of money, a place of birth.

    >>> describe_lacking("How much did it cost?", ["It took ten weeks."])
    ('No sum of money is given in the passages found.',)
    >>> describe_lacking("How much did it cost?", ["Entry is free."])
    ()
    """
    return tuple(
        f"No {name} is given in the passages found."
        for name, asked, held in SURELY_ASKED
        if asked.search(question) and not any(held.search(text) for text in texts)
    )


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
