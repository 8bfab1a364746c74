"""Many questions as JSON Lines: one request per line, one Answer per line, in the same order."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import msgspec

from qa.cli.exit_codes import message_of
from qa.cli.text_format import as_json
from qa.collections.collections import Collections
from qa.errors import ArticleNotFound, BadRequest, CollectionUnavailable
from qa.records import Answer
from qa.requests import AskRequest, as_meant, field_names, request_from

LINE_BYTES = 4 * 1024 * 1024
# Matches escapes from left to right, so that the "u" after an escaped backslash is a plain letter; group 1 is a lone
# surrogate.
ESCAPE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)|\\.", re.DOTALL)


class Refused(msgspec.Struct, frozen=True):
    """The output for a line that is not a valid request; ``line`` is its number in the input, from 1."""

    id: str | int | None
    error: str
    line: int


class Identified(msgspec.Struct, frozen=True):
    """The id of a line; its other fields are ignored."""

    id: str | int | None = None


def answer_lines(collections: Collections, lines: BinaryIO, fields: Mapping[str, Any]) -> int:
    """Print an Answer for each line and return 0, or 2 where a line was not a valid request.

    fields are the defaults of every request; a line's own fields win over them, the name of its collection too.
    """
    failed = False
    for number, line in _filled(lines):
        result = _result(collections, number, line, fields)
        failed = failed or isinstance(result, Refused)
        sys.stdout.buffer.write(as_json(result).encode() + b"\n")
        sys.stdout.buffer.flush()
    return 2 if failed else 0


def to_text(line: bytes) -> str:
    r"""Return the line as text, with U+FFFD for invalid bytes and for escaped lone surrogates.

    >>> to_text(b'"caf\xe9 \\ud800 \\\\ud800 \\ud83d\\ude00"')
    '"caf� \\ufffd \\\\ud800 \\ud83d\\ude00"'
    """
    return ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], line.decode("utf-8-sig", "replace"))


def _filled(lines: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Return the lines that are not empty, with their numbers; one that is too long is cut one byte after the limit."""
    number = 0
    while line := lines.readline(LINE_BYTES + 1):
        number, rest = number + 1, line
        while len(rest) > LINE_BYTES and not rest.endswith(b"\n"):
            rest = lines.readline(LINE_BYTES + 1)
        if line.strip():
            yield number, line


def _result(collections: Collections, number: int, line: bytes, fields: Mapping[str, Any]) -> Answer | Refused:
    try:
        request = _request(line, fields)
        return collections.find(request.collection).engine.ask(request)
    except (BadRequest, ArticleNotFound, CollectionUnavailable) as error:
        return Refused(_id(line), message_of(error), number)


def _request(line: bytes, fields: Mapping[str, Any]) -> AskRequest:
    if len(line) > LINE_BYTES:
        raise BadRequest(f"A line has more than {LINE_BYTES} bytes. Ask one question per line.")
    try:
        content = msgspec.json.decode(to_text(line))
    except msgspec.DecodeError as error:
        raise BadRequest(f"Not JSON: {error}") from error
    except RecursionError as error:
        raise BadRequest("A line is nested too deeply.") from error
    if not isinstance(content, dict):
        raise BadRequest("A line has to be a JSON object with a question.")
    return request_from({**fields, **as_meant(content, field_names(AskRequest))}, ignore_unknown=True)


def _id(line: bytes) -> str | int | None:
    try:
        return msgspec.json.decode(to_text(line), type=Identified).id
    except msgspec.DecodeError:
        return None
