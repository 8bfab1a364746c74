"""Each set judged by a confidence that was fitted to the other sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from qa.answer.confidence import Confidence
from qa.evaluate.calibrate import Example, fit

# Sets from which on each can be left out: two are needed to fit.
FEWEST_SETS = 3


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Shares of a set's questions, by a confidence that has not seen them.

    refused: of the answerable ones. doubted: of the answerable ones, answered perhaps. false_answers: of the
    unanswerable ones, and auroc: of the two kinds against each other, both None where none is unanswerable.
    """

    threshold: float
    refused: float
    doubted: float
    false_answers: float | None
    auroc: float | None


def judge_left_out(sets: Sequence[Sequence[Example]]) -> list[LeftOut]:
    """Return how each set is judged by a confidence fitted to the others; nothing for fewer than FEWEST_SETS."""
    if len(sets) < FEWEST_SETS:
        return []
    others = [[one for other, one in enumerate(sets) if other != place] for place in range(len(sets))]
    return [_judge(examples, fit(rest)) for examples, rest in zip(sets, others, strict=True)]


def _judge(examples: Sequence[Example], confidence: Confidence) -> LeftOut:
    found = np.array([confidence.probability(one.features) for one in examples])
    answerable = np.array([one.answerable for one in examples])
    refused, doubted = found < confidence.threshold, found < confidence.certain
    both = 0 < answerable.sum() < len(examples)
    return LeftOut(
        confidence.threshold,
        float(refused[answerable].mean()),
        float((doubted & ~refused)[answerable].mean()),
        float((~refused)[~answerable].mean()) if both else None,
        float(roc_auc_score(answerable, found)) if both else None,
    )


def left_out_table(names: Sequence[str], judged: Sequence[LeftOut]) -> list[str]:
    """Return a line per set with its name and figures under a heading; a figure that is not known is a dash."""
    width = max(map(len, ["left out", *names]))
    heading = f"{'left out':{width}}  threshold  refused  perhaps  false answers  AUROC"
    return [heading, *(f"{name:{width}}  {_cells(one)}" for name, one in zip(names, judged, strict=True))]


def _cells(one: LeftOut) -> str:
    false_answers, auroc = ("-" if value is None else f"{value:.3f}" for value in (one.false_answers, one.auroc))
    return f"{one.threshold:9.3f}  {one.refused:7.3f}  {one.doubted:7.3f}  {false_answers:>13}  {auroc:>5}"
