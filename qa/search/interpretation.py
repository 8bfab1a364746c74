"""The interpretations of a question: alone, and after the last turn of its conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.records import InterpretationKind
from qa.requests import SearchRequest
from qa.search.question import Question

# Characters of the last answer that are searched for together with the question.
ANSWER_LENGTH = 300
MARKER = re.compile(r" \[\d+\]")
# A question that matches the corpus this poorly, late interaction and cosine together, with at least this share of
# words that no article holds, starts a new topic.
POOR_MATCH, UNKNOWN_SHARE = 0.58, 0.25


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A text to search for, and how it follows from the question and its history."""

    text: str
    kind: InterpretationKind


def interpret(request: SearchRequest) -> tuple[Interpretation, ...]:
    """Return every interpretation of the request, the plainest first.

    ``searched_for`` is taken as it is. Otherwise the question is searched for alone and, where there is a history, also
    after the last question and the beginning of its answer.
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

    late and dense are the best scores of any passage for the question alone. In two sets this holds for none of 355
    follow-up questions and for six of eight off-topic questions.
    """
    return question.unknown >= UNKNOWN_SHARE and late + dense < POOR_MATCH
