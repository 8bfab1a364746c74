"""What all commands share: the group that lists them, the lazy loading of their bodies, common options."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click

from qa.cli.exit_codes import detect_closed_pipe
from qa.cluster.layout import is_store
from qa.errors import BadSetting

Command = TypeVar("Command", bound=Callable[..., Any])


class _Closing(Protocol):
    def close(self) -> None: ...


Closable = TypeVar("Closable", bound=_Closing)


@dataclass(frozen=True, slots=True)
class IndexChoice:
    """Which index a command is about: the one in a folder, or that of a collection; by the settings where neither."""

    folder: Path | None = None
    collection: str | None = None


FOLDER_OR_FILE = click.Path(path_type=Path)


class FolderOrStore(click.Path):
    """A folder as a Path, the address of a store as it was written."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if is_store(str(value)) else Path(value)


class Commands(click.Group):
    """The commands of ``qa``, each listed with the first paragraph of its help."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(one)) for name, one in self.commands.items()])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with detect_closed_pipe():  # this prints the help
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with detect_closed_pipe():
            return super().invoke(ctx)


def _summary(one: click.Command) -> str:
    return (one.help or "").partition("\n\n")[0].replace("\n", " ")


def runs(module: str, *, package: str = "", extra: str = "") -> Callable[[Callable[[], None]], Callable[..., int]]:
    """Return a decorator that makes a function run that module's ``run`` with the options, and keeps its docstring.

    Where package is not installed, which the extra of that name brings, it raises BadSetting instead.
    """

    def decorate(documented: Callable[[], None]) -> Callable[..., int]:
        @functools.wraps(documented)
        def call(**options: Any) -> int:
            if package and find_spec(package) is None:
                raise BadSetting(
                    f"{click.get_current_context().command_path} needs the package {package}. "
                    f"Install it with: pip install 'qa-articles[{extra}]'"
                )
            return int(importlib.import_module(f"qa.cli.commands.{module}").run(**options))

        return call

    return decorate


def close_with_command(resource: Closable) -> Closable:
    """Return the resource, which is closed when the command that runs now ends."""
    click.get_current_context().call_on_close(resource.close)
    return resource


def index_option(command: Command) -> Command:
    """Let a command take the folder of the index."""
    return click.option("--index", type=FOLDER_OR_FILE, help="Folder of the index.  [QA_INDEX, index in QA_HOME]")(
        command
    )


def index_choice(command: Command) -> Callable[..., int]:
    """Let a command take a folder of the index or the name of a collection, which it gets as one IndexChoice."""

    @functools.wraps(command)
    def call(index: Path | None, collection: str | None, **options: Any) -> int:
        return int(command(index=IndexChoice(index, collection), **options))

    return index_option(
        click.option(
            "--collection", metavar="NAME", help="Name of a collection, else the first one.  [QA_COLLECTIONS]"
        )(call)
    )


def plain_option(command: Command) -> Command:
    """Let a command print neither colour nor wrapped lines."""
    return click.option("--plain", is_flag=True, help="No colour and no wrapping.")(command)


def cluster_options(command: Command) -> Command:
    """Let a command take the articles of a folder, and build the index of a cluster, also from a store of articles."""
    for option in (
        click.argument("folder", type=FolderOrStore(), required=False),
        click.option("--store", metavar="ADDRESS", help="Where its index goes: a shared folder or s3://BUCKET/NAME."),
        click.option("--shards", type=click.IntRange(1), help="Shards of its index; without it one per machine."),
        click.option("--cluster", metavar="ADDRESS", help="Ray cluster that builds, by HOST:PORT.  [QA_CLUSTER]"),
    ):
        command = option(command)
    return command
