"""Errors as a client sees them: problem+json (RFC 9457) for programs, a page for people, without internal details."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated

import msgspec
from flask import Flask, Response, current_app, render_template, request
from msgspec import Meta
from werkzeug.exceptions import HTTPException

from qa.conversations.store import ConversationNotFound, KeepingOff
from qa.errors import ArticleNotFound, BadRequest, BadScope, CollectionUnavailable, NotThere, QAError
from qa.uploads.changes import NameTaken
from qa.uploads.staging import ChangeBusy, NotStored
from web.bodies import too_large
from web.requests import request_id
from web.site import UploadsOff, WriterNotAllowed, WriterOff

STATUS_WORDS = {
    400: "Bad request.",
    401: "A token is required. Send it as: Authorization: Bearer ...",
    404: "Page not found.",
    405: "Method not allowed.",
    413: "The request body is larger than this address takes.",
    415: "Unsupported media type: send application/json.",
    422: "What the request names does not exist: articles, days, a collection, a turn, a quotation.",
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
    NotThere: 422,
    UploadsOff: 403,
    WriterOff: 403,
    WriterNotAllowed: 403,
    NameTaken: 409,
    BadRequest: 400,
    CollectionUnavailable: 503,
    ChangeBusy: 503,
    NotStored: 507,
}
RETRY_SECONDS = "1"
# The short names of errors that come of a status; those of CLIENT_ERRORS have the name of their class.
STATUS_CODES = {
    400: "bad-request",
    401: "token-required",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
    415: "unsupported-media-type",
    500: "internal-error",
    503: "unavailable",
}
NO_SUCH_CALL = (
    "There is no {path} here. /docs shows what there is; of OpenAI's API that is /v1/chat/completions, /v1/models and "
    "/v1/embeddings."
)
UNAVAILABLE = "The service is temporarily unavailable. The log has the reason under this request id."


class Problem(msgspec.Struct, frozen=True):
    """An error in the format of RFC 9457; the log of the site has the request under ``request_id``."""

    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: Annotated[str, Meta(description="What happened, for a person.")]
    request_id: str
    type: Annotated[str, Meta(description="`urn:qa:problem:` and the code: a name that stays.")]
    code: Annotated[str, Meta(description="What kind of error it is, for a program; it stays.")]
    pointer: Annotated[
        str | None, Meta(description="JSON Pointer to the wrong field of the body, as in `#/history/0/question`.")
    ] = None


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


def problem(status: int, detail: str, error: QAError | None = None) -> Response:
    """Return the response that describes the problem, of this error where there is one.

    It is a page for a browser, else JSON.
    """
    if wants_page():
        return Response(render_template("problem.html", status=status, detail=detail), status, mimetype="text/html")
    record = problem_record(status, detail, request_id(), error)
    unknown = status == HTTPStatus.NOT_FOUND and request.url_rule is None
    content = _encode(record, openai=_is_openais(request.path) or unknown)
    return Response(content, status, mimetype="application/problem+json")


def problem_record(status: int, detail: str, identifier: str, error: QAError | None = None) -> Problem:
    """Return the problem of this error, where there is one, with the id of its request.

    >>> found = problem_record(404, "No such article.", "a1", ArticleNotFound())
    >>> found.title, found.code
    ('Not Found', 'article-not-found')
    """
    known = isinstance(error, tuple(CLIENT_ERRORS))
    code = _kebab(type(error).__name__) if known else STATUS_CODES.get(status, f"http-{status}")
    field = error.field if isinstance(error, BadRequest) else None
    pointer = None if field is None else f"#/{field}"
    return Problem(HTTPStatus(status).phrase, status, detail, identifier, f"urn:qa:problem:{code}", code, pointer)


def problem_json(status: int, detail: str, identifier: str, path: str) -> bytes:
    """Return the problem as JSON, in the format of the API that this path belongs to.

    >>> problem_json(404, "No such article.", "a1", "/v1/articles/x")[:32]
    b'{"title":"Not Found","status":40'
    """
    return _encode(problem_record(status, detail, identifier), openai=_is_openais(path))


def _encode(content: Problem, *, openai: bool) -> bytes:
    if openai:
        kind = "server_error" if content.status >= 500 else "invalid_request_error"
        param = None if content.pointer is None else content.pointer.removeprefix("#/").replace("/", ".")
        error = OpenAIError(content.detail, content.status, kind, param)
        content = OpenAIProblem(**msgspec.structs.asdict(content), error=error)
    return msgspec.json.encode(content)


def _is_openais(path: str) -> bool:
    return path.startswith(OPENAI_PATHS)


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


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
    if status == HTTPStatus.NOT_FOUND and message is None and not wants_page():
        message = NO_SUCH_CALL.format(path=request.path[:80])
    response = problem(status, message or STATUS_WORDS.get(status, HTTPStatus(status).phrase))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _from_qa(error: QAError) -> Response:
    response = problem(*to_status(error), error)
    if isinstance(error, ChangeBusy):
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def to_status(error: QAError) -> tuple[int, str]:
    """Return the status of an error and its message for the client; the log gets what the client may not see."""
    told = next((status for kind, status in CLIENT_ERRORS.items() if isinstance(error, kind)), None)
    if told is None or isinstance(error, CollectionUnavailable):
        cause = error.__cause__ or error
        current_app.logger.error("request %s: %s: %s", request_id(), type(cause).__name__, cause)
    if told is not None:
        return told, str(error)
    return 503, UNAVAILABLE
