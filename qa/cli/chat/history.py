"""The history of typed lines, kept between conversations and readable by its owner only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

try:
    import readline
except ModuleNotFoundError:  # Windows has none: lines can be typed, but neither edited nor recalled
    readline = None  # type: ignore[assignment]

FILE = "chat_history"
LINES_KEPT = 1000


@contextmanager
def keep_history(folder: Path | None) -> Iterator[None]:
    """Let lines be edited and recalled in this block, including earlier ones that the folder holds.

    Where the folder cannot be written, one line on standard error says so, and nothing is kept.
    """
    path = None if folder is None or readline is None else _opened(folder)
    try:
        yield
    finally:
        if path is not None:
            _save(path)


def _opened(folder: Path) -> Path | None:
    path = folder / FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        readline.clear_history()
        readline.read_history_file(path)
    except OSError as error:
        click.echo(f"qa: What you type is not kept: {path}: {error.strerror}.", err=True)
        return None
    readline.set_history_length(LINES_KEPT)
    return path


def _save(path: Path) -> None:
    try:
        readline.write_history_file(path)
    except OSError as error:
        click.echo(f"qa: What you typed is not kept: {path}: {error.strerror}.", err=True)
