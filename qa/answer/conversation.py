"""What is really asked: a question alone, and read after what was said before."""

from __future__ import annotations

from dataclasses import dataclass

from qa.records import Reading
from qa.requests import AskRequest

ANSWER_LENGTH = 300


@dataclass(frozen=True, slots=True)
class SearchText:
    """A text to search for, and how it was read from the conversation."""

    text: str
    reading: Reading


def search_texts(request: AskRequest) -> tuple[SearchText, ...]:
    """Return every way to read the question, the plainest first.

    What the caller says to search for is taken as it is; without history a question is only read alone. With history
    it is also read after the last question and the beginning of its answer.
    """
    if request.searched_for is not None:
        return (SearchText(request.searched_for, "given"),)
    alone = SearchText(request.question, "alone")
    if not request.history:
        return (alone,)
    last = request.history[-1]
    words = f"{last.question} {last.answer[:ANSWER_LENGTH]} {request.question}".split()
    return alone, SearchText(" ".join(words), "with_history")
