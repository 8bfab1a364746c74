"""Feedback on answers as a set of questions, so that an evaluation tells whether they are answered better now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from qa.conversations.feedback import Feedback, Quoted
from qa.errors import ArticleNotFound
from qa.evaluate.questions import EvaluationQuestion, Evidence, HistoryTurn
from qa.protocols import TextStore


@dataclass(frozen=True, slots=True)
class JudgedQuestions:
    """Questions whose answers people have judged.

    ``unexplained`` counts the answers that were called wrong without the passage that is right, and ``outdated`` those
    whose passage is no longer in the articles: neither says what a right answer is.
    """

    questions: tuple[EvaluationQuestion, ...]
    unexplained: int
    outdated: int


def judged_questions(given: Iterable[tuple[int, Feedback]], text: TextStore) -> JudgedQuestions:
    """Return the numbered feedback as questions about the articles as they are now."""
    questions, unexplained, outdated = [], 0, 0
    for number, one in given:
        unanswerable = _is_unanswerable(one)
        evidence = () if unanswerable else _evidence(one)
        if not unanswerable and not evidence:
            unexplained += 1
        elif not all(_stands(quoted, text) for quoted in evidence):
            outdated += 1
        else:
            questions.append(_question(number, one, evidence))
    return JudgedQuestions(tuple(questions), unexplained, outdated)


def as_lines(questions: Sequence[EvaluationQuestion]) -> bytes:
    """Return the questions as JSON Lines, in the form that an evaluation reads."""
    return b"".join(msgspec.json.encode(one) + b"\n" for one in questions)


def _is_unanswerable(one: Feedback) -> bool:
    return one.verdict == "unanswerable" or (one.verdict == "right" and not one.answered)


def _evidence(one: Feedback) -> tuple[Quoted, ...]:
    if one.verdict == "right":
        return one.quoted
    return (one.expected,) if one.expected is not None else ()


def _stands(quoted: Quoted, text: TextStore) -> bool:
    try:
        return quoted.quote in text.article(quoted.article_id).text
    except ArticleNotFound:
        return False


def _question(number: int, one: Feedback, evidence: Sequence[Quoted]) -> EvaluationQuestion:
    """Return the question; what a person gave to be searched for is one of its own, without history."""
    history = () if one.searched_for else one.history
    return EvaluationQuestion(
        id=f"feedback-{number}",
        question=one.searched_for or one.question,
        kind=f"called {'right' if one.verdict == 'right' else 'wrong'}",
        answerable=bool(evidence),
        history=tuple(HistoryTurn(turn.question, turn.answer) for turn in history),
        evidence=tuple(Evidence(quoted.article_id, quoted.quote) for quoted in evidence),
        note=f"feedback of {one.given[:10]}",
        articles=one.scope.articles,
        since=one.scope.since,
        until=one.scope.until,
    )
