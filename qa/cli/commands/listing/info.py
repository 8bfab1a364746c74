"""The body of ``qa info``: what the index holds, of which folder, and where everything lies."""

from __future__ import annotations

from datetime import datetime, timezone
from importlib.metadata import version
from typing import TYPE_CHECKING

import click
import msgspec

from qa.check.folder_state import FolderState, read_folder_state
from qa.cli.environment import chosen_settings
from qa.cli.loading import IndexChoice, close_with_command
from qa.cli.text_format import as_json, one_line
from qa.settings import Settings
from qa.store.snapshot import OpenSnapshot, open_snapshot

if TYPE_CHECKING:
    from qa.writing.state import WriterState


class IndexReport(msgspec.Struct, frozen=True):
    """What ``qa info`` says; ``bytes`` counts the files of the index, ``up_to_date`` is null where it is not known."""

    version: str
    collection: str | None
    index: str
    data: str
    folder: str
    up_to_date: bool | None
    folder_state: str
    generation: str
    built: str
    model: str
    articles: int
    undated_articles: int
    paragraphs: int
    unread_files: int
    bytes: int
    writer: WriterState | None


def run(json_: bool, index: IndexChoice) -> int:
    """Print one fact per line."""
    settings = chosen_settings(index)
    snapshot = close_with_command(open_snapshot(settings.index, None, collection=settings.collection))
    report = _report(snapshot, read_folder_state(settings.index), settings)
    click.echo(as_json(report) if json_ else _lines(report))
    return 0


def _report(snapshot: OpenSnapshot, state: FolderState | None, settings: Settings) -> IndexReport:
    info, index = snapshot.info, snapshot.index_folder
    built = datetime.fromtimestamp(snapshot.folder.manifest.stat().st_mtime, timezone.utc)
    return IndexReport(
        version=version("qa-articles"),
        collection=info.collection,
        index=str(index.resolve()),
        data=str(settings.data.resolve()),
        folder=snapshot.manifest.folder,
        up_to_date=state.current if state is not None and state.recorded else None,
        folder_state=_describe(state),
        generation=info.generation,
        built=built.isoformat(timespec="seconds"),
        model=info.model,
        articles=info.articles,
        undated_articles=sum(article.date is None for article in snapshot.text.articles()),
        paragraphs=info.paragraphs,
        unread_files=len(snapshot.skipped),
        bytes=sum(path.stat().st_size for path in index.rglob("*") if path.is_file()),
        writer=_find_writer(settings),
    )


def _find_writer(settings: Settings) -> WriterState | None:
    """Return the state of the endpoint that writes, None where there is none; only then an HTTP client is loaded."""
    if not settings.writer:
        return None
    from qa.factory import open_endpoint
    from qa.writing.state import find_state

    endpoint = open_endpoint(settings)
    return None if endpoint is None else find_state(endpoint)


def _describe(state: FolderState | None) -> str:
    if state is None or state.current:
        return "The index is up to date with the folder."
    return state.describe()


def _lines(report: IndexReport) -> str:
    articles = f"{report.articles:,}, {report.undated_articles:,} of them without a date"
    rows = [
        *([] if report.collection is None else [("collection", report.collection)]),
        ("index", report.index),
        ("data", report.data),
        ("folder", report.folder),
        ("", report.folder_state),
        ("articles", articles),
        ("paragraphs", f"{report.paragraphs:,}"),
        ("files not read", f"{report.unread_files:,} (qa articles says why)" if report.unread_files else "0"),
        ("generation", f"{report.generation}, built {report.built}"),
        ("model", report.model),
        ("size", f"{report.bytes / 1_000_000:,.1f} MB"),
        ("version", report.version),
        *([] if report.writer is None else [("writer", report.writer.in_words)]),
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name.ljust(width)}  {one_line(value)}" for name, value in rows)
