"""Responses that are sent part by part, as server-sent events."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from flask import Response, request

EVENTS = "text/event-stream"


def event(name: str, content: object) -> bytes:
    """Return a named event with its content as JSON.

    >>> event("end", {"left_out": 1})
    b'event: end\\ndata: {"left_out":1}\\n\\n'
    """
    return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(content) + b"\n\n"


def stream_events(events: Iterator[bytes]) -> Response:
    """Return the response that sends each event once it is there; no proxy may hold it back."""
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return Response(events, mimetype=EVENTS, headers=headers)


def wants_events() -> bool:
    """Return whether the client of this request prefers events to one JSON object."""
    return request.accept_mimetypes.best_match(["application/json", EVENTS]) == EVENTS
