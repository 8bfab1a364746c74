"""Negatives that a search finds: for each question, the passage most like an answer that is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from qa.protocols import Vector
from qa.train.dataset.examples import Example, Examples, Gold
from qa.train.dataset.pairs import Pair, plain

# Sources whose questions make sense without their passage.
STANDING_ALONE = {
    "squadshifts",
    "squad11_train_cs224n",
    "timeqa",
    "onestop_qa",
    "selqa",
    "quotesum",
    "reqa_squad_bioasq",
    "bioasq_golden",
}
DEPTH = 10  # passages
BEST_SHARE, RANDOM_SHARE = 0.7, 0.12


@dataclass(slots=True)
class _Asked:
    """A question, the passages that answer it, by row, and the words of its answers."""

    group: str
    passages: set[int] = field(default_factory=set)
    answers: set[str] = field(default_factory=set)


def with_retrieved(examples: Examples, pairs: Sequence[Pair], chance: np.random.Generator) -> Examples:
    """Return the examples, followed by the negatives retrieved for the questions of ``pairs``.

    Of the ten passages nearest by sentence vector, those that contain the words of an answer are left out; late
    interaction chooses among the others.
    """
    whole = _whole_passages(examples, pairs)
    words = {int(row): f" {plain(examples.passages.texts[row])} " for row in whole}
    vectors, made = examples.passages.vectors[whole], []
    for question, asked in _asked(examples, pairs).items():
        near = whole[_highest(vectors @ examples.questions.vectors[question])]
        wrong = [
            int(row)
            for row in near
            if int(row) not in asked.passages and not any(answer in words[int(row)] for answer in asked.answers)
        ]
        wrong.sort(key=lambda row: -_late(examples, question, row))
        if wrong:
            chosen = wrong[0] if len(wrong) < 2 or chance.random() < BEST_SHARE else wrong[1]
            made.append(Example(question, chosen, False, Gold(), "retrieved", asked.group))
        if chance.random() < RANDOM_SHARE:
            made.append(Example(question, int(chance.choice(whole)), False, Gold(), "random", asked.group))
    return replace(examples, all=[*examples.all, *made])


def _whole_passages(examples: Examples, pairs: Sequence[Pair]) -> NDArray[np.int64]:
    """Return the rows of the passages as they were given, without those that nobody can read."""
    rows = {examples.passages.row[pair.passage] for pair in pairs if pair.kind in ("given", "mined")}
    return np.array(sorted(row for row in rows if len(examples.passages.tokens[row])), np.int64)


def _asked(examples: Examples, pairs: Sequence[Pair]) -> dict[int, _Asked]:
    """Return each question by its row, with its passages and answers."""
    found: dict[int, _Asked] = {}
    for pair in pairs:
        if pair.answerable and pair.source in STANDING_ALONE:
            row = examples.questions.row[pair.question]
            asked = found.setdefault(row, _Asked(pair.group))
            asked.passages.add(examples.passages.row[pair.passage])
            asked.answers |= {f" {plain(answer.of(pair.passage))} " for answer in pair.answers}
    return {row: asked for row, asked in found.items() if len(examples.questions.tokens[row])}


def _highest(scores: Vector) -> NDArray[np.int64]:
    depth = min(DEPTH, len(scores))
    highest: NDArray[np.int64] = np.argpartition(-scores, depth - 1)[:depth]
    return highest


def _late(examples: Examples, question: int, passage: int) -> float:
    """Return the late interaction of a question and a passage, unnormalised: it ranks passages of one question."""
    asked, tokens = examples.questions.tokens[question], examples.passages.tokens[passage]
    return float(examples.idf[asked.ids] @ (asked.unit() @ tokens.unit().T).max(1, initial=-1.0))
