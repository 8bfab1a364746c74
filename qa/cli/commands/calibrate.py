"""``qa calibrate``: fit the confidence to questions whose answers are known."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from qa.cli.options import settings_with
from qa.cli.progress import Bars


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--set",
    "sets",
    nargs=2,
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    metavar="INDEX QUESTIONS",
    help="Folder of an index and questions about its articles; as often as there are sets.",
)
@click.option("--untrained", is_flag=True, help="Without the trained reader, for other models.")
def command(file: Path, sets: tuple[tuple[Path, Path], ...], untrained: bool) -> int:
    """Fit the confidence on sets of questions and write it to FILE, as readable JSON."""
    from qa import factory
    from qa.evaluate.calibrate import examples, fit
    from qa.evaluate.questions import read_questions

    collected = []
    with Bars() as progress:
        for index, questions in sets:
            engine = factory.open_engine(settings_with(index=index), untrained=untrained)
            collected.append(examples(read_questions(questions), engine, progress))
    file.write_bytes(msgspec.json.format(msgspec.json.encode(fit(collected))) + b"\n")
    return 0
