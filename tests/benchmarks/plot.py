"""How cost grows with the number of paragraphs, as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

Curves = Mapping[str, Sequence[tuple[float, float]]]


def draw(panels: Mapping[str, Curves], path: Path) -> None:
    """Write one panel for each title, both axes logarithmic; curves hold (paragraphs, value) by their name."""
    from matplotlib.figure import Figure  # late: only this needs it

    figure = Figure(figsize=(4 * len(panels), 3.6), layout="constrained")
    for axes, (title, curves) in zip(figure.subplots(1, len(panels)), panels.items(), strict=True):
        for name, points in curves.items():
            axes.plot(*zip(*sorted(points), strict=True), marker="o", label=name)
        axes.set(title=title, xlabel="paragraphs", xscale="log", yscale="log")
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small")
    figure.savefig(path)
