"""The risk-coverage curve and the reliability diagram as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qa.evaluate.metrics import Outcome, reliability, risk_coverage


def draw(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write both diagrams, side by side, to a .png or .svg file."""
    from matplotlib.figure import Figure  # late: few runs of qa eval draw

    figure = Figure(figsize=(10, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    curve = risk_coverage(outcomes)
    left.plot(curve.coverage, curve.risk)
    left.set(title="Risk and coverage", xlabel="share of questions answered", ylabel="share of these that are wrong")
    bins = reliability(outcomes)
    right.plot([0, 1], [0, 1], linestyle=":", color="gray")
    right.plot([b.promised for b in bins], [b.kept for b in bins], marker="o")
    for one in bins:
        right.annotate(str(one.count), (one.promised, one.kept), textcoords="offset points", xytext=(4, -10))
    right.set(title="Reliability", xlabel="confidence", ylabel="share answered rightly")
    for axes in (left, right):
        axes.set(xlim=(0, 1), ylim=(0, 1))
    figure.savefig(path)
