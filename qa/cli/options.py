"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qa.settings import Settings, read_settings

if TYPE_CHECKING:
    from qa.answer.engine import Engine
    from qa.store.snapshot import OpenSnapshot

Command = TypeVar("Command", bound=Callable[..., Any])


def index_option(command: Command) -> Command:
    """Let a command take the folder of the index."""
    return click.option("--index", type=click.Path(path_type=Path), help="Folder of the index.  [QA_INDEX, .qa]")(
        command
    )


def plain_option(command: Command) -> Command:
    """Let a command be told to lay nothing out."""
    return click.option("--plain", is_flag=True, help="No colour and no wrapping.")(command)


def settings_with(**options: Any) -> Settings:
    """Return the settings of the environment with the options that were given in place."""
    return read_settings(os.environ).with_options(**options)


def open_engine(settings: Settings) -> Engine:
    """Return the engine over the index that the settings name; it is closed with the command."""
    from qa import factory  # late: it loads the model's and the index's libraries, which no help needs

    engine = factory.open_engine(settings)
    click.get_current_context().call_on_close(engine.close)
    return engine


def open_snapshot(settings: Settings) -> OpenSnapshot:
    """Return the current generation of the index that the settings name, open without an encoder."""
    from qa.store import snapshot  # late, for the same reason

    return snapshot.open_snapshot(settings.index, None)
