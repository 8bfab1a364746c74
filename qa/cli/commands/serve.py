"""The body of ``qa serve``: the chat page and the API."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Any

import click

import web
from qa import factory
from qa.answer.engine import Engine
from qa.build.watch import follow, require_watchfiles
from qa.check.folder_state import FolderState, read_folder_state
from qa.cli.commands.index import build
from qa.cli.environment import settings_with
from qa.cli.loading import close_with_command
from qa.cli.text_format import one_line
from qa.errors import ArticlesMissing, BadSetting, IndexBusy, IndexMissing, QAError, StorageFailed
from qa.exposure import check_exposure
from qa.settings import Settings
from qa.store.folder.manifest import require_folder
from qa.uploads.staging import clear_staging
from web.serving import server

# A build that is under way when the server stops is abandoned after this pause; the index stays as it is.
STOP_SECONDS = 2.0


def run(folder: Path | None, insecure: bool, watch: bool, no_update: bool, replace: bool, **options: Any) -> int:
    """Serve the site until SIGTERM or Ctrl-C.

    The index is first built where there is none, and brought up to date where files of the folder changed.
    """
    settings = settings_with(articles=folder, **options)
    check_exposure(settings, insecure=insecure)
    if settings.cluster:
        settings = _for_cluster(settings, watch=watch)
    if watch:
        require_watchfiles()
    engine = close_with_command(_open(settings, update=not no_update, replace=replace))
    clear_staging(settings.articles)
    app = web.create_app(engine, settings)
    with _watching(settings) if watch else nullcontext():
        server.serve(app, settings.host, settings.port, settings.threads, started=_print_address)
    return 0


def _for_cluster(settings: Settings, *, watch: bool) -> Settings:
    """Return the settings of a front end, which changes no articles: its index is cut or built elsewhere."""
    if watch:
        raise BadSetting("--watch follows a folder on this machine; the index of a cluster is made elsewhere.")
    return replace_fields(settings, uploads=False)


def _open(settings: Settings, *, update: bool, replace: bool) -> Engine:
    if settings.cluster:
        return factory.open_cluster_engine(settings)
    state = read_folder_state(settings.index)
    if state is not None:
        _bring_up_to_date(settings, state, update=update, replace=replace)
    try:
        return factory.open_engine(settings)
    except IndexMissing:
        build(settings)
        return factory.open_engine(settings)


def _bring_up_to_date(settings: Settings, state: FolderState, *, update: bool, replace: bool) -> None:
    """Build what changed; where that is not wanted or cannot be done, say that the index is served as it is.

    Raises ArticlesMissing where a folder is named that is missing, or not the one of the index.
    """
    named = "articles" in settings.origins and settings.origins["articles"] != "index"
    if named and settings.articles.resolve() != state.folder:
        if not replace:
            require_folder(settings.index, state.folder, settings.articles)
        build(settings, replace=True)
    elif named and state.missing:
        build(settings)
    elif state.current:
        return
    elif not update or state.missing:
        _say(f"{state.describe()} The index is served as it is.")
    else:
        try:
            build(settings, say_unchanged=False)
        except (ArticlesMissing, IndexBusy, StorageFailed) as error:
            _say(f"{state.describe()} It cannot be brought up to date and is served as it is: {error}")


@contextmanager
def _watching(settings: Settings) -> Iterator[None]:
    """Build after every change in the folder while the block runs; the server takes up each new generation."""
    stop = threading.Event()

    def failed(error: QAError) -> None:
        _say(str(error))

    def watch() -> None:
        follow(settings.articles, settings.index, lambda: build(settings, say_unchanged=False), failed, stop)

    thread = threading.Thread(target=watch, name="watch", daemon=True)
    thread.start()
    _say(f"Watching {settings.articles}")
    try:
        yield
    finally:
        stop.set()
        thread.join(STOP_SECONDS)


def _say(words: str) -> None:
    click.echo(f"qa: {one_line(words)}", err=True)


def _print_address(address: str) -> None:
    click.echo(f"Serving {address} (Ctrl-C stops)", err=True)
