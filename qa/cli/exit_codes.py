"""How a command ends: its exit code, one line on standard error, and silence where the output pipe is closed."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from qa.cli.text_format import one_line
from qa.errors import CollectionUnavailable, QAError

INTERRUPTED = 130


class PipeClosed(Exception):
    """The reader of our output has closed the pipe."""


@contextmanager
def detect_closed_pipe() -> Iterator[None]:
    """Raise PipeClosed instead of BrokenPipeError in this block.

    Click turns BrokenPipeError into exit code 1, which here means that the articles do not answer.
    """
    try:
        yield
    except BrokenPipeError as error:
        raise PipeClosed from error


def open_streams() -> None:
    """Replace closed standard streams by empty ones, and let no text stop the output.

    Characters that the terminal's character set lacks are shown as question marks.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - stays open to the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def exit_code(run: Callable[[], int | None]) -> int:
    """Run a command and return its exit code; an error that a person can cause is printed in one line."""
    try:
        code = run() or 0
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except QAError as error:
        return _report(message_of(error), error.exit_code)
    except (PipeClosed, BrokenPipeError):  # the latter where the output is flushed here
        _drop_output()
        return 0
    except OSError as error:
        _drop_output()
        return _report(_reason(error), 2)
    return code


def message_of(error: QAError) -> str:
    """Return what the terminal says of an error: of a collection that cannot be asked also what is wrong with it."""
    return f"{error} {error.__cause__}" if isinstance(error, CollectionUnavailable) else str(error)


def _report(message: str, code: int) -> int:
    click.echo(f"qa: {one_line(message)}", err=True)
    return code


def _reason(error: OSError) -> str:
    reason = error.strerror or str(error)
    where = f"{error.filename}: " if error.filename is not None else "Cannot go on: "
    return f"{where}{reason}. Check the disk and the output, then run the command again."


def _drop_output() -> None:
    """Drop unwritten output, so that Python does not try to write it again, and complain, when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
