"""Progress bars on standard error, with rate and time left; none where standard error is not a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import NoReturn

import click
from tqdm import tqdm

from qa.cli.text_format import wants_colour

UNITS = {"read": " files", "parse": " articles", "encode": " paragraphs", "index": " articles"}


class Bars:
    """One bar for each stage of long work; call it with the stage, how much is done and how much there is."""

    def __init__(self) -> None:
        self._stage = ""
        self._shown = sys.stderr.isatty() and wants_colour()
        self._bar: tqdm[NoReturn] = tqdm(disable=True)

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            self._bar.close()
            self._stage = stage
            self._bar = tqdm(
                total=total,
                desc=stage,
                unit=UNITS.get(stage, ""),
                disable=not self._shown,
                leave=False,
                mininterval=0.2,
                dynamic_ncols=True,
            )
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def say(self, words: str) -> None:
        """Print a line where bars are shown."""
        if self._shown:
            click.echo(words, err=True)

    def __enter__(self) -> Bars:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()
