"""Errors as a client sees them: problem+json (RFC 9457) for programs, a page for people, without internal details."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import msgspec
from flask import Flask, Response, current_app, render_template, request
from msgspec import Meta
from werkzeug.exceptions import HTTPException

from qa.conversations.store import ConversationNotFound, KeepingOff
from qa.errors import ArticleNotFound, BadRequest, BadScope, QAError
from qa.uploads.changes import NameTaken
from qa.uploads.staging import ChangeBusy, NotStored
from web.bodies import too_large
from web.requests import request_id
from web.site import UploadsOff

STATUS_WORDS = {
    400: "Bad request.",
    401: "A token is required. Send it as: Authorization: Bearer ...",
    404: "Page not found.",
    405: "Method not allowed.",
    413: "The request body is larger than this address takes.",
    415: "Unsupported media type: send application/json.",
    422: "The articles or days that the question is restricted to do not exist.",
    500: "Internal server error. The log has the details under this request id.",
}
# The paths of OpenAI's API.
OPENAI_PATHS = ("/v1/chat/completions", "/v1/models", "/v1/embeddings")
# Errors whose message is for the client; other messages may name files of this machine.
CLIENT_ERRORS = {
    ArticleNotFound: 404,
    ConversationNotFound: 404,
    KeepingOff: 403,
    BadScope: 422,
    UploadsOff: 403,
    NameTaken: 409,
    BadRequest: 400,
    ChangeBusy: 503,
    NotStored: 507,
}
RETRY_SECONDS = "1"
UNAVAILABLE = "The service is temporarily unavailable. The log has the reason under this request id."


class Problem(msgspec.Struct, frozen=True):
    """An error in the format of RFC 9457; the log of the site has the request under ``request_id``."""

    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    request_id: str
    type: str = "about:blank"


class OpenAIError(msgspec.Struct, frozen=True):
    """An error in the format of OpenAI's API."""

    message: str
    code: int
    type: str = "invalid_request_error"
    param: str | None = None


class OpenAIProblem(Problem, frozen=True, kw_only=True):
    """A problem that carries the same message in the format of OpenAI's API too."""

    error: OpenAIError


def register(app: Flask) -> None:
    """Answer every error of the application with a problem, and a path with an extra slash with 404."""
    app.url_map.merge_slashes = False
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(QAError, _from_qa)


def problem(status: int, detail: str) -> Response:
    """Return the response that describes the problem: a page for a browser, else JSON."""
    if wants_page():
        return Response(render_template("problem.html", status=status, detail=detail), status, mimetype="text/html")
    content = problem_json(status, detail, request_id(), request.path)
    return Response(content, status, mimetype="application/problem+json")


def problem_record(status: int, detail: str, identifier: str) -> Problem:
    """Return the problem, with the id of its request.

    >>> problem_record(404, "No such article.", "a1").title
    'Not Found'
    """
    return Problem(HTTPStatus(status).phrase, status, detail, identifier)


def problem_json(status: int, detail: str, identifier: str, path: str) -> bytes:
    """Return the problem as JSON, in the format of the API that this path belongs to.

    >>> problem_json(404, "No such article.", "a1", "/v1/articles/x")[:32]
    b'{"title":"Not Found","status":40'
    """
    content = problem_record(status, detail, identifier)
    if path.startswith(OPENAI_PATHS):
        error = OpenAIError(detail, status, "server_error" if status >= 500 else "invalid_request_error")
        content = OpenAIProblem(**msgspec.structs.asdict(content), error=error)
    return msgspec.json.encode(content)


def wants_page() -> bool:
    """Return whether the client of this request is a browser outside the API."""
    if request.path.startswith("/v1"):
        return False
    return request.accept_mimetypes.best_match(["application/problem+json", "text/html"]) == "text/html"


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    message = error.description if error.description != type(error).description else None
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        message = too_large(request.path)
    response = problem(status, message or STATUS_WORDS.get(status, HTTPStatus(status).phrase))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _from_qa(error: QAError) -> Response:
    response = problem(*to_status(error))
    if isinstance(error, ChangeBusy):
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def to_status(error: QAError) -> tuple[int, str]:
    """Return the status of an error and its message for the client; the log gets what the client may not see."""
    for kind, status in CLIENT_ERRORS.items():
        if isinstance(error, kind):
            return status, str(error)
    current_app.logger.error("request %s: %s: %s", request_id(), type(error).__name__, error)
    return 503, UNAVAILABLE
