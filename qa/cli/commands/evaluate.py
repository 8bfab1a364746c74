"""``qa eval``: how good the answers are, on questions whose answers are known."""

from __future__ import annotations

from pathlib import Path

import click

from qa.cli.options import index_option, settings_with
from qa.cli.text_format import as_json
from qa.errors import BadSetting


@click.command()
@click.argument("questions", type=click.Path(path_type=Path))
@click.option("--json", "json_", is_flag=True, help="Print the figures as JSON.")
@click.option("--misses", is_flag=True, help="Print the questions that went wrong, too.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw risk-coverage and reliability to a .png or .svg.")
@click.option("--by", default="all", show_default=True, help="Rank by one score alone: dense, lexical or late.")
@index_option
def command(questions: Path, json_: bool, misses: bool, plot: Path | None, by: str, index: Path | None) -> int:
    """Measure retrieval, quotes, refusal and time on QUESTIONS (JSON Lines).

    \b
    Examples:
      qa eval questions.jsonl
      qa eval --misses --plot curves.svg questions.jsonl
    """
    if plot is not None and plot.suffix not in {".png", ".svg"}:
        raise BadSetting(f"--plot {plot} has to end in .png or .svg.")
    try:
        from qa.evaluate import metrics, report  # late, as all that follows: no help needs it
    except ModuleNotFoundError as error:
        raise BadSetting(f"{error.name} is missing. Install it with: pip install 'qa-articles[eval]'") from error
    from qa import factory
    from qa.cli.progress import Bars
    from qa.evaluate.questions import read_questions
    from qa.evaluate.run import ask_all
    from qa.search.fuse import MIXES

    if by not in MIXES:
        raise click.BadParameter(f"{by!r} is not one of {', '.join(MIXES)}.", param_hint="--by")
    asked = read_questions(questions)
    engine = factory.open_engine(settings_with(index=index), MIXES[by], untrained=by != "all")
    with Bars() as progress:
        outcomes = ask_all(asked, engine, progress)
    figures = metrics.figures(outcomes)
    click.echo(as_json(figures) if json_ else report.table(figures))
    if misses:
        click.echo("\n".join(report.misses(outcomes)))
    if plot is not None:
        from qa.evaluate.plot import draw

        draw(outcomes, plot)
    return 0
