"""Questions that a sentence answers, of several kinds: who, how many, what somebody said, when, why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

KINDS = ("who", "how many", "said", "when", "why")

# Two or three capitalised words that begin the sentence or follow a plain word.
NAME = r"(?:^|\b[a-z]+,? )(?P<name>(?!The |In |At |On )(?:[A-Z][\w’'-]+ ){1,2}[A-Z][\w’'-]+)"
ROLE = r"(?:who|whose|\d\d|(?:an? |the )?(?:[\w-]+ ){0,2}\w*(?:man|woman|er|or|ist|ian|ary|head|chief))\b"
INTRODUCED = re.compile(f"{NAME}, {ROLE}")
SPEAKING = re.compile(f"{NAME} (?:said|says|told|claims|claimed|believes)\\b")

_THINGS = r"(?P<things>(?:[a-z][a-z-]* ){0,2}(?:[a-z-]+s|people|men|women|children))"
_PASSIVE = r"(?P<aux>were|are|have been|had been) (?P<done>[a-z]+(?:ed|en|wn|ld|lt|ught))\b"
_TOWARDS = r"(?P<rest>(?: (?:against|in|at|by|from|for) (?:the )?[\w-]+(?=[.,;]))?)"
COUNTED = re.compile(
    rf"(?<![\d.,])(?P<number>(?!(?:19|20)\d\d\b)\d{{1,3}}(?:,\d{{3}})*) {_THINGS} {_PASSIVE}{_TOWARDS}"
)

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = rf"(?P<date>(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}})?(?:,? \d{{4}})?|(?:19|20)\d\d)\b"
_SUBJECT = r"(?P<subject>The (?:[a-z-]+ ){0,2}[a-z-]+|(?!The |In |At |On )(?:[A-Z][\w’'-]+ ){1,3}[A-Z][\w’'-]+)"
DATED = re.compile(rf"^{_SUBJECT} (?P<aux>was|were) (?P<done>[a-z]+(?:ed|en|wn|ld|lt|ught)) (?:in|on) {_DATE}")
_AUXILIARY = "was|were|is|are|has|have|had|can|cannot|could|will|would|may|must"
EXPLAINED = re.compile(rf"^{_SUBJECT} (?P<aux>{_AUXILIARY}) (?P<rest>[a-z][^.,;:“”\"()]{{3,60}}?) because\b")


class PossibleQuestion(NamedTuple):
    """A question, and the words that the quotation which answers it has to hold."""

    kind: str
    question: str
    expected: str


def possible_in(sentence: str) -> Iterator[PossibleQuestion]:
    """Yield the questions that this sentence answers.

    >>> [one.question for one in possible_in("The ferry was stopped because of the ice.")]
    ['Why was the ferry stopped?']
    """
    for kind, pattern, ask in _PATTERNS:
        for found in pattern.finditer(sentence):
            one = PossibleQuestion(kind, *ask(found))
            # "Britain’s Intelligence" is half a name.
            if not re.search("[’']s ", one.expected):
                yield one


def _who(found: re.Match[str]) -> tuple[str, str]:
    return f"Who is {found['name']}?", found["name"]


def _said(found: re.Match[str]) -> tuple[str, str]:
    return f"What did {found['name']} say?", found["name"]


def _how_many(found: re.Match[str]) -> tuple[str, str]:
    return f"How many {found['things']} {found['aux']} {found['done']}{found['rest']}?", found["number"]


def _when(found: re.Match[str]) -> tuple[str, str]:
    return f"When {found['aux']} {_lowered(found['subject'])} {found['done']}?", found["date"]


def _why(found: re.Match[str]) -> tuple[str, str]:
    return f"Why {found['aux']} {_lowered(found['subject'])} {found['rest']}?", "because"


def _lowered(subject: str) -> str:
    return f"the {subject.removeprefix('The ')}" if subject.startswith("The ") else subject


_PATTERNS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], tuple[str, str]]], ...] = (
    ("who", INTRODUCED, _who),
    ("how many", COUNTED, _how_many),
    ("said", SPEAKING, _said),
    ("when", DATED, _when),
    ("why", EXPLAINED, _why),
)
