"""The probability that the quotes answer the question: a logistic regression over a few plain numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from qa.answer.expected import figure_is_missing, kind_is_missing
from qa.answer.reader import ReadPassage

# Passages in which a figure of the question is looked for.
FIGURE_PASSAGES = 3


class Confidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The weights of the features by name; below ``threshold`` nothing is quoted."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability, in [0, 1]."""
        odds = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-60.0, min(odds, 60.0))))


def read_confidence(path: Path) -> Confidence:
    """Return the confidence that was fitted and stored."""
    return msgspec.json.decode(path.read_bytes(), type=Confidence)


def features(passages: Sequence[ReadPassage]) -> dict[str, float]:
    """Return the features of the confidence by name; passages come best first, never empty.

    score: that of the mix for the first passage. late, dense: its late interaction and its cosine. odds: the reader's
    log odds. unknown: the share of the question's words that no article holds. missing: 1 where the question asks for a
    number, a day or a time and the first passage names none, or where it names a figure that the first
    FIGURE_PASSAGES do not.
    """
    first = passages[0].candidate
    question = first.questions[0]
    texts = [read.candidate.paragraph.text for read in passages[:FIGURE_PASSAGES]]
    missing = kind_is_missing(question.text, texts[0]) or figure_is_missing(question.text, " ".join(texts))
    return {
        "score": first.score,
        "late": first.late,
        "dense": first.dense,
        "odds": passages[0].odds,
        "unknown": question.unknown,
        "missing": float(missing),
    }
