"""What is really asked: a question alone, and read after what was said before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.records import InterpretationKind
from qa.requests import AskRequest
from qa.search.question import Question

ANSWER_LENGTH = 300
MARKER = re.compile(r" \[\d+\]")
# A question that the articles meet so little, with so many words that they do not hold, follows from nothing earlier.
MET, UNKNOWN = 0.58, 0.25


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A text to search for, and how it follows from the question and its history."""

    text: str
    kind: InterpretationKind


def interpret(request: AskRequest) -> tuple[Interpretation, ...]:
    """Return every way to read the question, the plainest first.

    What the caller says to search for is taken as it is; without history a question is only read alone. With history
    it is also read after the last question and the beginning of its answer.
    """
    if request.searched_for is not None:
        return (Interpretation(request.searched_for, "given"),)
    alone = Interpretation(request.question, "alone")
    if not request.history:
        return (alone,)
    last = request.history[-1]
    words = f"{last.question} {_beginning(last.answer)} {request.question}".split()
    return alone, Interpretation(" ".join(words), "with_history")


def _beginning(answer: str) -> str:
    """Return the first whole words of an answer, without its markers.

    >>> _beginning("“It is red.” [1] “It is blue.” [2]")
    '“It is red.” “It is blue.”'
    """
    bare = MARKER.sub("", answer)
    return bare if len(bare) <= ANSWER_LENGTH else bare[:ANSWER_LENGTH].rpartition(" ")[0]


def changes_topic(question: Question, late: float, dense: float) -> bool:
    """Return whether a question that came with history is about something else altogether.

    late and dense are the best of any passage for the question read alone. Of 355 follow-up questions in two sets none
    is taken for one, of eight off-topic questions six are.
    """
    return question.unknown >= UNKNOWN and late + dense < MET
