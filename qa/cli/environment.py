"""The settings of one run: the environment's, with the options in their place; and whether their index is outdated."""

from __future__ import annotations

import os
import shlex
from typing import Any

import click

from qa.check.folder_state import read_folder_state, with_folder_of_index
from qa.cli.loading import IndexChoice
from qa.cli.text_format import one_line
from qa.collections.choice import settings_of
from qa.settings import Settings, read_settings


def settings_with(**options: Any) -> Settings:
    """Return the settings of the environment with the options that were given in place.

    Where no folder of articles is named, it is the one that the index was built from. Variables that are ignored are
    said on standard error.
    """
    settings = read_settings(os.environ).with_options(**options)
    for warning in settings.warnings:
        click.echo(f"qa: {one_line(warning)}", err=True)
    return with_folder_of_index(settings)


def chosen_settings(index: IndexChoice) -> Settings:
    """Return the settings of the index that a command is about: of the first collection where there are some.

    A folder that is named wins over all collections. Raises UnknownCollection.
    """
    return settings_of(every_settings(index), index.collection)


def every_settings(index: IndexChoice) -> Settings:
    """Return the settings with all collections, of which a command may choose; with none where it names a folder."""
    if index.folder is None:
        return settings_with()
    if index.collection is not None:
        raise click.UsageError("--index and --collection name an index each: leave one out.")
    return settings_with(index=index.folder, collections=())


def say_outdated(settings: Settings) -> None:
    """Say on standard error if files of the folder changed since the index was built.

    A folder that is not there says nothing: an index may be used without its articles.
    """
    state = read_folder_state(settings.index)
    if state is not None and not state.current and not state.missing:
        option = "" if settings.collection is None else f" --collection {shlex.quote(settings.collection)}"
        click.echo(f"qa: {one_line(f'{state.describe()} Bring it up to date with: qa index{option}')}", err=True)
