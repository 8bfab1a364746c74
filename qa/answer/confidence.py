"""The probability that the quotes answer the question: a logistic regression over a few plain numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from qa.answer.expected.kinds import kind_is_missing
from qa.answer.reader import ReadPassage
from qa.records import Support

# The first passages, of whose judgements the best counts; a refusal tells what none of them says.
FIRST_PASSAGES = 3
# Log odds further from 0 tell nothing more.
MOST_ODDS = 8.0


class Confidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The weights of the features by name.

    Below ``threshold`` nothing is quoted; below ``certain`` the quotes are shown as ones that perhaps answer.
    """

    weights: Mapping[str, float]
    intercept: float
    threshold: float
    certain: float = 0.0

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability, in [0, 1]."""
        odds = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-60.0, min(odds, 60.0))))

    def support(self, probability: float) -> Support:
        """Return what quotes of this probability are worth."""
        if probability < self.threshold:
            return "none"
        return "answered" if probability >= self.certain else "perhaps"


def read_confidence(path: Path) -> Confidence:
    """Return the confidence that was fitted and stored."""
    return msgspec.json.decode(path.read_bytes(), type=Confidence)


def features(passages: Sequence[ReadPassage]) -> dict[str, float]:
    """Return the features of the confidence by name; passages come best first, never empty.

    score: that of the mix for the first passage. late, dense: its late interaction and its cosine. answerable: the
    reader's greatest log odds for the first FIRST_PASSAGES. unknown: the share of the question's words that no article
    holds. missing: 1 where the question asks for a number, a day or a time and the first passage names none.
    """
    first = passages[0].candidate
    question = first.questions[0]
    answerable = max(read.answerable for read in passages[:FIRST_PASSAGES])
    return {
        "score": first.score,
        "late": first.late,
        "dense": first.dense,
        "answerable": max(-MOST_ODDS, min(MOST_ODDS, answerable)),
        "unknown": question.unknown,
        "missing": float(kind_is_missing(question.text, first.paragraph.text)),
    }
