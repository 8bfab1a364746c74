"""``qa config``: the settings and where each of them comes from."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import click
import msgspec

from qa.cli.options import settings_with
from qa.cli.text_format import as_json, one_line
from qa.settings import PREFIX, Settings

HIDDEN = {"token"}


class Shown(msgspec.Struct, frozen=True):
    """A setting as it is shown; ``origin`` is a variable of the environment or "default"."""

    variable: str
    value: Any
    origin: str
    meaning: str


@click.group()
def command() -> None:
    """Show the settings and where each of them comes from."""


@command.command()
@click.option("--json", "json_", is_flag=True, help="Print the settings as a JSON array.")
def show(json_: bool) -> int:
    """Show each setting, its value and where it comes from; a token is not shown."""
    settings = shown(settings_with())
    click.echo(as_json(settings) if json_ else _table(settings))
    return 0


def shown(settings: Settings) -> list[Shown]:
    """Return the settings as they may be shown."""
    return [
        Shown(
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
    return value if isinstance(value, bool | int) else list(value) if isinstance(value, tuple) else str(value)


def _table(settings: list[Shown]) -> str:
    rows = [(each.variable, _words(each.value), each.origin, each.meaning) for each in settings]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]) for row in rows
    )


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return one_line(", ".join(value) if isinstance(value, list) else str(value)) or "-"
