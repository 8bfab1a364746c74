"""The body of ``qa serve``: the chat page and the API."""

from __future__ import annotations

import shlex
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Any

import click

import web
from qa import factory
from qa.build.watch import require_watchfiles
from qa.check.folder_state import FolderState, read_folder_state
from qa.cli.commands.index import build, watch_folder
from qa.cli.environment import settings_with
from qa.cli.exit_codes import message_of
from qa.cli.loading import close_with_command
from qa.cli.text_format import one_line
from qa.collections.collection import Collection
from qa.collections.collections import Collections
from qa.errors import (
    ArticlesMissing,
    BadSetting,
    CollectionUnavailable,
    IndexBusy,
    IndexMissing,
    QAError,
    StorageFailed,
)
from qa.exposure import check_exposure
from qa.settings import Settings
from qa.settings.collections import read_named_folders
from qa.store.folder.manifest import require_folder
from qa.uploads.staging import clear_staging
from web.serving import server
from web.site import Site

# A build that is under way when the server stops is abandoned after this pause; the index stays as it is.
STOP_SECONDS = 2.0


def run(folders: tuple[Path, ...], insecure: bool, watch: bool, no_update: bool, replace: bool, **options: Any) -> int:
    """Serve the site until SIGTERM or Ctrl-C.

    An index is first built where there is none, and brought up to date where files of its folder changed. Of several
    collections, one that cannot be is said, and the others are served.
    """
    settings = _settings(folders, options)
    check_exposure(settings, insecure=insecure)
    if settings.cluster:
        settings = _for_cluster(settings, watch=watch)
    if watch:
        require_watchfiles()
    collections = close_with_command(factory.open_collections(settings))
    for one in collections:
        try:
            _prepare(one, update=not no_update, replace=replace)
        except QAError as error:
            if len(collections) == 1:
                raise
            _say(message_of(error) if isinstance(error, CollectionUnavailable) else f"{one.name}: {error}")
        clear_staging(one.settings.articles)
    app = web.create_app(settings=settings, collections=collections)
    if settings.writer:
        _say_where_text_goes(app.extensions["qa"])
    with _watching(collections) if watch else nullcontext():
        server.serve(app, settings.host, settings.port, settings.threads, started=_print_address)
    return 0


def _say_where_text_goes(site: Site) -> None:
    """Say to whom text is sent where the language model is on another machine."""
    if site.writer is not None and not site.writer.is_local:
        by = f"{site.writer.model} at {site.writer.host}"
        _say(f"{by} writes: each question that asks for a text is sent there with its quotations.")


def _for_cluster(settings: Settings, *, watch: bool) -> Settings:
    """Return the settings of a front end, which changes no articles: its index is cut or built elsewhere."""
    if watch:
        raise BadSetting("--watch follows a folder on this machine; the index of a cluster is made elsewhere.")
    if settings.collections:
        raise BadSetting("A cluster serves one index: leave QA_COLLECTIONS and all folders but one out.")
    return replace_fields(settings, uploads=False)


def _settings(folders: tuple[Path, ...], options: Mapping[str, Any]) -> Settings:
    """Return the settings with the folders in place: of one without a name no collection is made."""
    if not folders:
        return settings_with(collections=() if options["index"] else None, **options)
    if len(folders) == 1 and ("=" not in str(folders[0]) or folders[0].exists()):
        return settings_with(articles=folders[0], collections=(), **options)
    if options["index"]:
        raise click.UsageError("--index is the folder of one index: leave it out with several folders.")
    named = read_named_folders(str(folder) for folder in folders)
    value = ",".join(f"{one.name}={one.folder.resolve()}" for one in named)
    _say(f"Other commands find these folders with: export QA_COLLECTIONS={shlex.quote(value)}")
    return settings_with(collections=named, **options)


def _prepare(collection: Collection, *, update: bool, replace: bool) -> None:
    """Open the index of a collection, built first where there is none, and brought up to date."""
    settings = collection.settings
    state = None if settings.cluster else read_folder_state(settings.index)
    if state is not None:
        _bring_up_to_date(settings, state, update=update, replace=replace)
    try:
        collection.engine  # noqa: B018 - opened by this
    except (IndexMissing, CollectionUnavailable) as error:
        if settings.cluster or not isinstance(error.__cause__ or error, IndexMissing):
            raise
        build(settings)
        collection.forget_failure()
        collection.engine  # noqa: B018 - opened by this


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
def _watching(collections: Collections) -> Iterator[None]:
    """Build after every change in a folder while the block runs; the server takes up each new generation."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=watch_folder, args=(one.settings, stop), name="watch", daemon=True)
        for one in collections
    ]
    for one, thread in zip(collections, threads, strict=True):
        thread.start()
        _say(f"Watching {one.settings.articles}")
    try:
        yield
    finally:
        stop.set()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))


def _say(words: str) -> None:
    click.echo(f"qa: {one_line(words)}", err=True)


def _print_address(address: str) -> None:
    click.echo(f"Serving {address} (Ctrl-C stops)", err=True)
