"""The body of ``qa eval``: how good the answers are, on questions whose answers are known."""

from __future__ import annotations

from pathlib import Path

import click

from qa import factory
from qa.cli.environment import chosen_settings
from qa.cli.loading import IndexChoice, close_with_command
from qa.cli.progress import Bars
from qa.cli.text_format import as_json
from qa.errors import BadSetting
from qa.evaluate import metrics, report
from qa.evaluate.folds import ask_by_folds
from qa.evaluate.plot import draw
from qa.evaluate.questions import read_questions
from qa.evaluate.run import ask_all
from qa.search.fuse import MIXES


def run(
    questions: Path, json_: bool, misses: bool, plot: Path | None, by: str, folds: int | None, index: IndexChoice
) -> int:
    """Ask all questions and print the figures."""
    if plot is not None and plot.suffix not in {".png", ".svg"}:
        raise BadSetting(f"--plot {plot} has to end in .png or .svg.")
    if by not in MIXES:
        raise click.BadParameter(f"{by!r} is not one of {', '.join(MIXES)}.", param_hint="--by")
    asked = read_questions(questions)
    mix = None if by == "all" else MIXES[by]
    engine = close_with_command(factory.open_engine(chosen_settings(index), mix, untrained=mix is not None))
    with Bars() as progress:
        judged = [] if folds is None else ask_by_folds(asked, engine, folds, progress)
        outcomes = [one for fold in judged for one in fold.outcomes] or ask_all(asked, engine, progress)
    figures = metrics.figures(outcomes)
    if json_:
        click.echo(as_json({**figures, "folds": report.fold_figures(judged)} if judged else figures))
    else:
        click.echo("\n\n".join([report.table(figures), *([report.fold_table(judged)] if judged else [])]))
    if misses:
        click.echo("\n".join(report.misses(outcomes)))
    if plot is not None:
        draw(outcomes, plot)
    return 0
