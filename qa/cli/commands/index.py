"""``qa index``: build the index, or bring it up to date."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.options import index_option, settings_with
from qa.cli.text_format import one_line

if TYPE_CHECKING:
    from qa.build.report import BuildReport
    from qa.settings import Settings

SHOWN = 20


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--rebuild", is_flag=True, help="Start from nothing instead of what is there.")
@click.option("--replace", is_flag=True, help="Take the index over for another folder of articles.")
@click.option("--watch", "watch_", is_flag=True, help="Then follow the folder: build again whenever it changes.")
@index_option
def command(folder: Path | None, rebuild: bool, replace: bool, watch_: bool, index: Path | None) -> int:
    """Build the index from FOLDER, or bring it up to date.

    \b
    Examples:
      qa index                     the folder that QA_ARTICLES names, or seeds/
      qa index ~/articles          another folder
      qa index --index /srv/qa/index ~/articles
      qa index --watch             until Ctrl-C; a server takes up what is new without a restart

    Unchanged paragraphs are not encoded again; removed articles are gone. What was skipped or left out is said at the
    end.
    """
    settings = settings_with(articles=folder, index=index)
    build(settings, rebuild=rebuild, replace=replace)
    if watch_:
        _watch(settings)
    return 0


def _watch(settings: Settings) -> None:
    from qa.build.watch import follow  # late, as in build

    click.echo(f"Watching {settings.articles} (Ctrl-C stops)", err=True)
    follow(
        settings.articles,
        settings.index,
        lambda: build(settings, say_unchanged=False),
        lambda error: click.echo(f"qa: {one_line(str(error))}", err=True),
        threading.Event(),
    )


def build(settings: Settings, *, rebuild: bool = False, replace: bool = False, say_unchanged: bool = True) -> None:
    """Build the index or bring it up to date, with progress and a summary on standard error."""
    from qa import factory  # late: they load the libraries of the model and of the index, which no help needs
    from qa.cli.progress import Bars

    with Bars() as progress:
        report = factory.build_index(settings, progress=progress, rebuild=rebuild, replace=replace)
    if report.written or say_unchanged:
        click.echo(summary(report), err=True)


def summary(report: BuildReport) -> str:
    """Return what a build did, a line for each thing that a person may want to know; what it counts comes last."""
    return "\n".join(one_line(line) for line in _lines(report))


def _lines(report: BuildReport) -> Iterator[str]:
    yield from _first([f"{file.source}: skipped, {file.reason}" for file in report.skipped], "files skipped")
    yield from _first([f"{note.source}: {note.text}" for note in report.notes], "notes")
    if report.excluded:
        yield "left out of the search, in characters: " + ", ".join(
            f"{each.reason} {each.characters}" for each in report.excluded
        )
    if report.added or report.changed or report.removed:
        yield f"{report.added} articles added, {report.changed} changed, {report.removed} removed"
    yield (
        f"{report.articles} articles, {report.paragraphs} paragraphs: {report.encoded} encoded, "
        f"{report.reused} kept; {report.seconds:.1f} s; generation {report.generation}"
        f"{'' if report.written else ', nothing had changed'}"
    )


def _first(lines: list[str], what: str) -> Iterator[str]:
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"… and {len(lines) - SHOWN} more {what}"
