"""The body of ``qa index``: build the index, or bring it up to date."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import click

from qa import factory
from qa.build.report import BuildReport
from qa.build.watch import follow, require_watchfiles
from qa.cli.environment import chosen_settings, settings_with
from qa.cli.loading import IndexChoice
from qa.cli.progress import Bars
from qa.cli.text_format import one_line, output_style
from qa.collections.choice import settings_of_all
from qa.encode.card import CARD
from qa.errors import BadSetting, QAError
from qa.settings import Settings
from qa.store.folder.layout import encoder_folder
from qa.store.folder.manifest import recorded_folder, require_folder
from qa.text.counts import counted

LINES_SHOWN = 20


def run(
    folder: Path | str | None,
    rebuild: bool,
    replace: bool,
    watch: bool,
    cluster: str | None,
    shards: int | None,
    store: str | None,
    index: IndexChoice,
) -> int:
    """Build the index, or those of all collections, then follow the folders where that is asked for."""
    every = _chosen(folder, index)
    address = cluster or every[0].cluster
    if address:
        if watch or len(every) > 1:
            raise click.UsageError("A cluster builds one index once: leave out --watch, or choose a --collection.")
        machines = Machines(address, folder or every[0].articles, shards, store)
        return _build_on_cluster(every[0], machines, rebuild=rebuild, replace=replace)
    if isinstance(folder, str):
        raise click.UsageError("Articles in a store are indexed by a cluster: name it with --cluster.")
    if shards is not None or store is not None:
        raise click.UsageError("--shards and --store are of the index of a cluster: name it with --cluster.")
    code = 0
    for settings in every:
        if len(every) > 1:
            click.echo(one_line(f"{settings.collection}: {settings.articles}"), err=True)
        try:
            own = _with_folder_of_index(settings) if rebuild and folder is None and not replace else settings
            build(own, rebuild=rebuild, replace=replace)
        except QAError as error:
            if len(every) == 1:
                raise
            click.echo(f"qa: {one_line(str(error))}", err=True)
            code = error.exit_code
    if watch:
        _watch(every)
    return code


@dataclass(frozen=True, slots=True)
class Machines:
    """The cluster that builds, by its address, what it reads, and what its index consists of and where it goes."""

    address: str
    articles: str | Path
    shards: int | None
    store: str | None


def require_ray() -> None:
    """Raise BadSetting where the package that a cluster needs is missing."""
    if find_spec("ray") is None:
        raise BadSetting("--cluster needs the package ray. Install it with: pip install 'qa-articles[cluster]'")


def _build_on_cluster(settings: Settings, machines: Machines, *, rebuild: bool, replace: bool) -> int:
    require_ray()
    with Bars() as progress:
        report = factory.build_cluster_index(
            settings,
            machines.address,
            machines.articles,
            progress=progress,
            store=machines.store,
            shards=machines.shards,
            rebuild=rebuild,
            replace=replace,
        )
    click.echo(summary(report), err=True)
    return 0


def _chosen(folder: Path | str | None, index: IndexChoice) -> Sequence[Settings]:
    if folder is not None and index.collection is not None:
        raise click.UsageError("FOLDER and --collection name a folder each: leave one out.")
    if isinstance(folder, str):
        return [settings_with(index=index.folder, collections=())]
    if folder is not None:
        return [settings_with(articles=folder, index=index.folder)]
    return settings_of_all(settings_with()) if index == IndexChoice() else [chosen_settings(index)]


def _with_folder_of_index(settings: Settings) -> Settings:
    """Return the settings with the folder that the index was built from, also where a variable names another one.

    Raises ArticlesMissing where a collection has another one.
    """
    built_from = recorded_folder(settings.index)
    if built_from is None or built_from == settings.articles.resolve():
        return settings
    if settings.collection:
        require_folder(settings.index, built_from, settings.articles)
    click.echo(one_line(f"qa: Reading {built_from}, the folder of the index, not {settings.articles}."), err=True)
    return settings.with_options(articles=built_from)


def _watch(every: Sequence[Settings]) -> None:
    stop = threading.Event()
    require_watchfiles()
    for settings in every:
        click.echo(f"Watching {settings.articles} (Ctrl-C stops)", err=True)
    for settings in every[1:]:
        threading.Thread(target=watch_folder, args=(settings, stop), daemon=True).start()
    watch_folder(every[0], stop)


def watch_folder(settings: Settings, stop: threading.Event) -> None:
    """Build now and after every change in the folder until ``stop`` is set; an error is said on standard error."""
    follow(
        settings.articles,
        settings.index,
        lambda: build(settings, say_unchanged=False),
        lambda error: click.echo(f"qa: {one_line(str(error))}", err=True),
        stop,
    )


def build(settings: Settings, *, rebuild: bool = False, replace: bool = False, say_unchanged: bool = True) -> None:
    """Build the index or bring it up to date, with progress and a summary on standard error."""
    with Bars() as progress:
        if not (encoder_folder(settings.index) / CARD).exists():
            progress.say("Preparing the model, which is done once and takes up to a minute.")
        try:
            report = factory.build_index(settings, progress=progress, rebuild=rebuild, replace=replace)
        except KeyboardInterrupt:
            click.echo("qa: Stopped. The index is as it was.", err=True)
            raise
    if report.written or say_unchanged:
        style = output_style(plain=False, errors=True)
        click.echo("\n".join(map(style.wrap, summary(report).split("\n"))), err=True)


def summary(report: BuildReport) -> str:
    """Return what a build did, one fact per line, with the counts last."""
    return "\n".join(one_line(line) for line in _lines(report))


def _lines(report: BuildReport) -> Iterator[str]:
    skipped = [f"{file.source}: skipped, {file.reason}" for file in report.skipped]
    yield from _first_lines(skipped, "file skipped", "files skipped")
    yield from _first_lines([f"{note.source}: {note.text}" for note in report.notes], "note", "notes")
    if report.excluded:
        yield "left out of the search, in characters: " + ", ".join(
            f"{each.reason} {each.characters}" for each in report.excluded
        )
    if report.added or report.changed or report.removed:
        yield f"{counted(report.added, 'article')} added, {report.changed:,} changed, {report.removed:,} removed"
    if report.shards is not None:
        unchanged = report.articles - report.added - report.changed
        shards = f"{counted(report.shards.written, 'shard')} written, {report.shards.kept:,} kept"
        yield f"{counted(unchanged, 'article')} unchanged; {shards}"
    if report.shards_still_read:
        held = counted(report.shards_still_read, "replaced shard")
        yield f"{held} still held by a reader, with all text of the generation before: run this again when it has ended"
    held = f"{counted(report.articles, 'article')}, {counted(report.paragraphs, 'paragraph')}"
    yield (
        f"{held}: {report.encoded:,} encoded, {report.reused:,} kept; {report.seconds:.1f} s; "
        f"generation {report.generation}"
        f"{'' if report.written else ', nothing had changed'}"
    )


def _first_lines(lines: list[str], one: str, several: str) -> Iterator[str]:
    yield from lines[:LINES_SHOWN]
    more = len(lines) - LINES_SHOWN
    if more > 0:
        yield f"… and {more:,} more {one if more == 1 else several}"
