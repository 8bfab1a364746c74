"""The settings of one run: the environment's, with the options in their place."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import click

from qa.cli.text_format import one_line
from qa.settings import Settings, read_settings
from qa.store.folder.manifest import recorded_folder


def settings_with(**options: Any) -> Settings:
    """Return the settings of the environment with the options that were given in place.

    Where no folder of articles is named, it is the one that the index was built from. Variables that are ignored are
    said on standard error.
    """
    settings = read_settings(os.environ).with_options(**options)
    for warning in settings.warnings:
        click.echo(f"qa: {one_line(warning)}", err=True)
    return settings if "articles" in settings.origins else _with_folder_of_index(settings)


def _with_folder_of_index(settings: Settings) -> Settings:
    folder = recorded_folder(settings.index)
    if folder is None:
        return settings
    return replace(settings, articles=folder, origins={**settings.origins, "articles": "index"})
