"""The body of ``qa config show``: the settings and where each of them comes from."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import click
import msgspec

from qa.cli.environment import settings_with
from qa.cli.text_format import as_json, one_line
from qa.settings import PREFIX, Settings

HIDDEN = {"token", "writer_key"}


class ShownSetting(msgspec.Struct, frozen=True):
    """A setting as it is shown.

    ``origin`` is a variable of the environment, "working directory" (it holds ``.qa``), "index" (the folder that it was
    built from), or "default".
    """

    variable: str
    value: Any
    origin: str
    meaning: str


def run(json_: bool) -> int:
    """Print each setting, its value and its origin; a token is not shown."""
    settings = shown_settings(settings_with())
    click.echo(as_json(settings) if json_ else _table(settings))
    return 0


def shown_settings(settings: Settings) -> list[ShownSetting]:
    """Return the settings as they may be shown."""
    return [
        ShownSetting(
            PREFIX + one.name.upper(),
            _value(one.name, getattr(settings, one.name)),
            settings.origins.get(one.name, "default"),
            one.metadata["meaning"],
        )
        for one in fields(settings)
        if one.metadata
    ]


def _value(name: str, value: Any) -> Any:
    if name in HIDDEN:
        return "(hidden)" if value else ""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return value if isinstance(value, bool | int) else str(value)


def _table(settings: list[ShownSetting]) -> str:
    rows = [(each.variable, _words(each.value), each.origin, each.meaning) for each in settings]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]) for row in rows
    )


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return one_line(", ".join(value) if isinstance(value, list) else str(value)) or "-"
