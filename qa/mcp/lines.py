"""What a line of standard input holds when it is not one message: a batch, or nothing that can be answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mcp.shared.message import SessionMessage
from mcp_types import INVALID_REQUEST, PARSE_ERROR, ErrorData, JSONRPCError, jsonrpc_message_adapter
from pydantic import ValidationError

NOT_JSON = "This line is not JSON in UTF-8. Send each message on one line."
NO_MESSAGE = "This is no message of JSON-RPC 2.0: it has to be an object with jsonrpc, method and, for a request, id."
BYTE_ORDER_MARK = "\ufeff"

Held = SessionMessage | JSONRPCError


def messages_of(received: SessionMessage | Exception) -> Iterator[Held]:
    """Return the messages of a line, and an error for its client in place of what is none; of a blank line nothing."""
    if isinstance(received, SessionMessage):
        yield received
    elif isinstance(received, ValidationError):
        yield from _read_again(received)


def _read_again(refusal: ValidationError) -> Iterator[Held]:
    errors = refusal.errors(include_url=False, include_context=False)
    if errors[0]["type"] != "json_invalid":
        # A field that is missing is told with the object that lacks it.
        whole = next((one["input"] for one in errors if one["type"] == "missing"), errors[0]["input"])
        yield from _messages(whole)
        return
    line = str(errors[0]["input"]).lstrip(BYTE_ORDER_MARK).strip()
    if line:
        yield _message_with_mark(line) or _error(PARSE_ERROR, NOT_JSON, _loosely(line))


def _messages(content: Any) -> Iterator[Held]:
    for one in content if isinstance(content, list) and content else [content]:
        try:
            yield SessionMessage(jsonrpc_message_adapter.validate_python(one, by_name=False))
        except ValidationError:
            yield _error(INVALID_REQUEST, NO_MESSAGE, one)


def _message_with_mark(line: str) -> SessionMessage | None:
    """Return the message of a line that only a byte order mark in front of it made unreadable."""
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValidationError:
        return None


def _loosely(line: str) -> Any:
    """Return what Python reads in a line, which takes half of a surrogate pair too; None where it reads nothing."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _error(code: int, message: str, content: Any) -> JSONRPCError:
    given = content.get("id") if isinstance(content, dict) else None
    known = isinstance(given, str | int) and not isinstance(given, bool)
    return JSONRPCError(jsonrpc="2.0", id=given if known else None, error=ErrorData(code=code, message=message))
