"""The body of ``qa calibrate``: fit the confidence to questions whose answers are known."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from qa import factory
from qa.cli.environment import settings_with
from qa.cli.loading import close_with_command
from qa.cli.progress import Bars
from qa.evaluate.calibrate import examples, fit
from qa.evaluate.left_out import judge_left_out, left_out_table
from qa.evaluate.questions import read_questions


def run(file: Path, sets: tuple[tuple[Path, Path], ...], untrained: bool) -> int:
    """Write the confidence that fits the sets, each an index and its questions, to the file.

    Of three sets or more, print how each is judged by a confidence that was fitted to the others.
    """
    collected = []
    with Bars() as progress:
        for index, questions in sets:
            engine = close_with_command(factory.open_engine(settings_with(index=index), untrained=untrained))
            collected.append(examples(read_questions(questions), engine, progress))
    file.write_bytes(msgspec.json.format(msgspec.json.encode(fit(collected))) + b"\n")
    if judged := judge_left_out(collected):
        click.echo("\n".join(left_out_table([str(questions) for _, questions in sets], judged)))
    return 0
