"""Fitting the confidence, a logistic regression, to questions with known answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from qa.answer.confidence import Confidence, features
from qa.answer.engine import Engine
from qa.evaluate.questions import EvaluationQuestion, gold
from qa.progress import Progress

# At most this share of the answerable questions of any set is refused; of a set that is left out it is more.
REFUSED_SHARE = 0.015
# The share of the answerable questions, a mean over the sets, that is answered only perhaps or refused.
DOUBTED_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Example:
    """The features of a question's first passage, whether that passage answers, and whether any passage does.

    articles: those of its evidence; where it has none, that of the first passage.
    """

    features: dict[str, float]
    right: bool
    answerable: bool
    articles: tuple[str, ...] = ()


def examples(questions: Sequence[EvaluationQuestion], engine: Engine, progress: Progress) -> list[Example]:
    """Return an example per question for which a passage was found."""
    found, snapshot = [], engine.snapshot
    for done, question in enumerate(questions, 1):
        read, places = engine.results(question.request, snapshot).read, gold(question, snapshot.text)
        if read:
            first = read[0].candidate.paragraph
            right = question.answerable and places.hit(first.article_id, first.start, first.end)
            articles = tuple(dict.fromkeys(place.article_id for place in places.places)) or (first.article_id,)
            found.append(Example(features(read), right, question.answerable, articles))
        progress("asking", done, len(questions))
    return found


def fit(sets: Sequence[Sequence[Example]]) -> Confidence:
    """Return the confidence that fits all sets, with equal weight per set."""
    names = sorted(sets[0][0].features)
    rows = [[example.features[name] for name in names] for one in sets for example in one]
    shares = [1 / len(one) for one in sets for _ in one]
    model = LogisticRegression(max_iter=5000)
    model.fit(rows, [example.right for one in sets for example in one], np.array(shares) * len(rows) / len(sets))
    weights = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    unlimited = Confidence(weights, round(float(model.intercept_[0]), 3), 0.0, 0.0)
    threshold = min(_quantiles(sets, unlimited, REFUSED_SHARE))
    certain = fmean(_quantiles(sets, unlimited, DOUBTED_SHARE))
    return msgspec.structs.replace(unlimited, threshold=_floor(threshold), certain=_floor(max(threshold, certain)))


def _quantiles(sets: Sequence[Sequence[Example]], confidence: Confidence, share: float) -> list[float]:
    """Return for each set the probability below which this share of its answerable questions is."""
    return [
        float(np.quantile([confidence.probability(one.features) for one in examples if one.answerable], share))
        for examples in sets
    ]


def _floor(probability: float) -> float:
    """Return the probability rounded down to thousandths."""
    return float(np.floor(probability * 1000) / 1000)
