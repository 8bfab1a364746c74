"""The body of ``qa eval``: how good the answers are, on questions whose answers are known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from qa import factory
from qa.cli.environment import chosen_settings
from qa.cli.loading import IndexChoice, close_with_command
from qa.cli.progress import Bars
from qa.cli.text_format import as_json
from qa.errors import BadSetting
from qa.evaluate import metrics, report
from qa.evaluate.folds import FoldOutcomes, ask_by_folds
from qa.evaluate.metrics import Outcome
from qa.evaluate.plot import draw
from qa.evaluate.questions import read_questions
from qa.evaluate.run import ask_all
from qa.evaluate.writing.figures import left_out_lines, writing_figures, writing_lines
from qa.evaluate.writing.run import write_all
from qa.search.ranking.fuse import MIXES


def run(
    questions: Path,
    json_: bool,
    misses: bool,
    plot: Path | None,
    by: str,
    folds: int | None,
    write: bool,
    judge: str | None,
    index: IndexChoice,
) -> int:
    """Ask all questions and print the figures."""
    if plot is not None and plot.suffix not in {".png", ".svg"}:
        raise BadSetting(f"--plot {plot} has to end in .png or .svg.")
    if by not in MIXES:
        raise click.BadParameter(f"{by!r} is not one of {', '.join(MIXES)}.", param_hint="--by")
    asked = read_questions(questions)
    mix = None if by == "all" else MIXES[by]
    settings = chosen_settings(index)
    engine = close_with_command(factory.open_engine(settings, mix, untrained=mix is not None))
    writer = factory.require_writer(settings, engine) if write or judge is not None else None
    with Bars() as progress:
        judged = [] if folds is None else ask_by_folds(asked, engine, folds, progress)
        outcomes = [one for fold in judged for one in fold.outcomes] or ask_all(asked, engine, progress)
        judging = None if judge is None else factory.open_judge(settings, judge)
        texts = [] if writer is None else write_all(outcomes, writer, judging, progress)
    _echo_figures(outcomes, judged, None if writer is None else writing_figures(texts), json_=json_)
    if misses:
        click.echo("\n".join([*report.misses(outcomes), *left_out_lines(texts)]))
    if plot is not None:
        draw(outcomes, plot)
    return 0


def _echo_figures(
    outcomes: Sequence[Outcome], judged: Sequence[FoldOutcomes], written: dict[str, float] | None, *, json_: bool
) -> None:
    """Print the figures, those of each fold if there are some, and those of the texts if some were written."""
    figures: dict[str, Any] = {**metrics.figures(outcomes)}
    parts = [report.table(figures)]
    if judged:
        figures["folds"] = report.fold_figures(judged)
        parts.append(report.fold_table(judged))
    if written is not None:
        figures["written"] = written
        parts.append(writing_lines(written))
    click.echo(as_json(figures) if json_ else "\n\n".join(parts))
