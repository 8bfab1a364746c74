"""The settings of one run: the environment's, with the options in their place; and whether their index is outdated."""

from __future__ import annotations

import os
from typing import Any

import click

from qa.check.folder_state import read_folder_state, with_folder_of_index
from qa.cli.text_format import one_line
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


def say_outdated(settings: Settings) -> None:
    """Say on standard error if files of the folder changed since the index was built.

    A folder that is not there says nothing: an index may be used without its articles.
    """
    state = read_folder_state(settings.index)
    if state is not None and not state.current and not state.missing:
        click.echo(f"qa: {one_line(state.describe())} Bring it up to date with: qa index", err=True)
