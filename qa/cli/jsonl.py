"""Many questions as JSON Lines: one request a line, one Answer a line, in the same order."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from qa.cli.text_format import as_json
from qa.errors import ArticleNotFound, BadRequest
from qa.records import Answer
from qa.requests import AskRequest, request_from

if TYPE_CHECKING:
    from qa.answer.engine import Engine

LONGEST_LINE = 4 * 1024 * 1024
# Takes escapes one after another, so that the "u" after an escaped backslash is a plain letter; group 1 is a surrogate
# without its partner.
ESCAPE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)|\\.", re.DOTALL)


class Refused(msgspec.Struct, frozen=True):
    """What stands in the place of the Answer to a line that cannot be taken."""

    id: str | int | None
    error: str


class Identified(msgspec.Struct, frozen=True):
    """The id of a line, whatever else is in it."""

    id: str | int | None = None


def answer_lines(engine: Engine, lines: BinaryIO, fields: Mapping[str, Any]) -> int:
    """Print an Answer for each line and return 0, or 2 where a line could not be taken.

    fields are those of every request; a line's own win over them.
    """
    failed = False
    for line in _filled(lines):
        result = _result(engine, line, fields)
        failed = failed or isinstance(result, Refused)
        sys.stdout.buffer.write(as_json(result).encode() + b"\n")
        sys.stdout.buffer.flush()
    return 2 if failed else 0


def mended(line: bytes) -> str:
    r"""Return the line as text in which what is no character, escaped or not, is U+FFFD.

    >>> mended(b'"caf\xe9 \\ud800 \\\\ud800 \\ud83d\\ude00"')
    '"caf� \\ufffd \\\\ud800 \\ud83d\\ude00"'
    """
    return ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], line.decode("utf-8-sig", "replace"))


def _filled(lines: BinaryIO) -> Iterator[bytes]:
    """Return the lines that are not empty; of one that is too long its start, one byte longer than allowed."""
    while line := lines.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = lines.readline(LONGEST_LINE + 1)
        if line.strip():
            yield line


def _result(engine: Engine, line: bytes, fields: Mapping[str, Any]) -> Answer | Refused:
    try:
        return engine.ask(_request(line, fields))
    except (BadRequest, ArticleNotFound) as error:
        return Refused(_id(line), str(error))


def _request(line: bytes, fields: Mapping[str, Any]) -> AskRequest:
    if len(line) > LONGEST_LINE:
        raise BadRequest(f"A line has more than {LONGEST_LINE} bytes. Ask one question a line.")
    try:
        content = msgspec.json.decode(mended(line))
    except msgspec.DecodeError as error:
        raise BadRequest(f"Not JSON: {error}") from error
    except RecursionError as error:
        raise BadRequest("A line is nested too deeply.") from error
    if not isinstance(content, dict):
        raise BadRequest("A line has to be a JSON object with a question.")
    return request_from({**fields, **content}, ignore_unknown=True)


def _id(line: bytes) -> str | int | None:
    try:
        return msgspec.json.decode(mended(line), type=Identified).id
    except msgspec.DecodeError:
        return None
