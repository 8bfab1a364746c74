"""The API for pages of other sites (CORS): off unless QA_CORS names their origins; no cookie ever counts there."""

from __future__ import annotations

import re

from flask import Flask, Response, request

from qa.exposure import check_cors
from qa.settings import Settings

SHARED_PATHS = ("/v1/", "/openapi.json")
METHODS = "GET, HEAD, POST, PATCH, DELETE"
EXPOSED = "ETag, Location, Retry-After, X-Request-Id"
PREFLIGHT_SECONDS = "600"
_HEADER_NAMES = re.compile(r"[A-Za-z0-9_, -]{0,2000}")


def share(app: Flask, settings: Settings) -> None:
    """Let pages of the origins in the settings use the API.

    Raises BadSetting where any page could ask a site that takes no token.
    """
    check_cors(settings)
    origins = settings.cors
    if origins:
        app.before_request(lambda: _answer_preflight(origins))
        app.after_request(lambda response: _with_headers(response, origins))


def is_shared(origins: tuple[str, ...]) -> bool:
    """Return whether this request is for the API and comes from a page of one of these origins."""
    origin = request.headers.get("Origin", "")
    return request.path.startswith(SHARED_PATHS) and origin != "" and ("*" in origins or origin in origins)


def _answer_preflight(origins: tuple[str, ...]) -> Response | None:
    """Answer the question that a browser puts before a request; it brings no token."""
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
        return None
    if not is_shared(origins):
        return None
    wanted = request.headers.get("Access-Control-Request-Headers", "")
    headers = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Max-Age": PREFLIGHT_SECONDS}
    if wanted and _HEADER_NAMES.fullmatch(wanted):
        headers["Access-Control-Allow-Headers"] = wanted
    return Response(status=204, headers=headers)


def _with_headers(response: Response, origins: tuple[str, ...]) -> Response:
    if request.path.startswith(SHARED_PATHS):
        response.vary.add("Origin")
    if is_shared(origins):
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response
