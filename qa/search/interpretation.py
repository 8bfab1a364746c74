"""The interpretations of a question: alone, and after the earlier turns of its conversation where it needs them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.records import InterpretationKind
from qa.requests import SearchRequest, Turn
from qa.search.follow_up import depends_on_history
from qa.search.question import Question

# Characters of an earlier answer, and of all earlier turns together with the question, that are searched for. More than
# the encoder reads would cut off the question, which comes last.
ANSWER_LENGTH, CONTEXT_LENGTH = 300, 900
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

    ``searched_for`` is taken as it is. Otherwise the question is searched for alone and, where it depends on earlier
    turns, also after these: the newest ones, each with the beginning of its answer, within CONTEXT_LENGTH.
    """
    if request.searched_for is not None:
        return (Interpretation(request.searched_for, "given"),)
    alone = Interpretation(request.question, "alone")
    if not depends_on_history(request.question, request.history):
        return (alone,)
    words = f"{_context(request.history, CONTEXT_LENGTH - len(request.question))} {request.question}".split()
    return alone, Interpretation(" ".join(words), "with_history")


def _context(history: Sequence[Turn], length: int) -> str:
    """Return the newest turns in their order, as many as fit into this many characters, and at least the last one."""
    said: list[str] = []
    for turn in reversed(history):
        words = f"{turn.question} {_beginning(turn.answer)}"
        length -= len(words)
        if said and length < 0:
            break
        said.append(words)
    return " ".join(reversed(said))


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
