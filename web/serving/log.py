"""The log: one line of JSON for each request, without its question unless that is switched on.

``writer`` is the host that quotations were sent to, ``writer_allowed`` the one that a browser has just allowed.
"""

from __future__ import annotations

import logging
import sys
import time
from datetime import datetime, timezone
from typing import Any

import msgspec
from flask import Flask, Response, g, request

from web.requests import request_id
from web.serving.metrics import Metrics
from web.site import Site

_log = logging.getLogger("qa.requests")


def write_to_standard_error() -> None:
    """Write the lines to standard error, and nothing else in their format."""
    if not _log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False


def observe_requests(app: Flask) -> None:
    """Write a line for each request of the application, and count it."""
    app.before_request(_start)
    app.after_request(lambda response: _finish(app, response))


def write_line(fields: dict[str, Any]) -> None:
    """Write the line of one request."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    _log.info(msgspec.json.encode({"time": now, **fields}).decode())


def _start() -> None:
    g.started = time.perf_counter()


def _finish(app: Flask, response: Response) -> Response:
    site: Site = app.extensions["qa"]
    metrics: Metrics = app.extensions["qa_metrics"]
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    route = request.url_rule.rule if request.url_rule is not None else None
    metrics.request(request.method, route, response.status_code, seconds)
    fields: dict[str, Any] = {
        "request_id": request_id(),
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "ms": round(seconds * 1000, 2),
        "bytes": response.content_length,
        "questions": len(g.get("asked", ())),
        "refusals": g.get("refusals", 0),
    }
    fields |= {name: g.get(name) for name in ("writer", "writer_allowed") if name in g}
    if site.settings.log_questions:
        fields["asked"] = g.get("asked", [])
    write_line(fields)
    return response
