"""Ask a whole set of questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from qa.evaluate.metrics import Outcome
from qa.evaluate.questions import EvaluationQuestion, gold
from qa.progress import Progress
from qa.protocols import Snapshot
from qa.records import Answer
from qa.requests import AskRequest

PASSAGE_COUNT = 100


class Asked(Protocol):
    """An engine that can be evaluated."""

    @property
    def snapshot(self) -> Snapshot: ...

    def ask(self, request: AskRequest) -> Answer: ...


def ask_all(questions: Sequence[EvaluationQuestion], engine: Asked, progress: Progress) -> list[Outcome]:
    """Return the outcome of every question, asked one after the other for 100 passages and three quotes."""
    text = engine.snapshot.text
    places = [gold(question, text) for question in questions]
    outcomes = []
    for done, (question, place) in enumerate(zip(questions, places, strict=True), 1):
        request = msgspec.structs.replace(question.request, passages=PASSAGE_COUNT)
        outcomes.append(Outcome(question, place, engine.ask(request)))
        progress("asking", done, len(questions))
    return outcomes
