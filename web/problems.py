"""Errors as a client sees them: problem+json (RFC 9457) for programs, a page for people, never anything internal."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import msgspec
from flask import Flask, Response, current_app, render_template, request
from msgspec import Meta
from werkzeug.exceptions import HTTPException

from qa.conversations.store import ConversationNotFound, KeepingOff
from qa.errors import ArticleNotFound, BadRequest, QAError
from web.requests import request_id

PLAIN_WORDS = {
    400: "The request cannot be understood as it is.",
    401: "This site asks for its token. Send it as: Authorization: Bearer ...",
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "The request is too large: 64 KiB are taken.",
    415: "Only application/json is taken here.",
    500: "Something went wrong here. The log has it under this request id.",
}
# Where clients of OpenAI's API ask.
FOREIGN_PATHS = ("/v1/chat/completions", "/v1/models", "/v1/embeddings")
# Errors whose words are for the client; the others speak of this machine.
SPOKEN = {ArticleNotFound: 404, ConversationNotFound: 404, KeepingOff: 403, BadRequest: 400}
UNAVAILABLE = (
    "Something that is needed here cannot be read or written just now. The log has the reason under this request id."
)


class Problem(msgspec.Struct, frozen=True):
    """What went wrong, as RFC 9457 has it; the log of the site has the request under ``request_id``."""

    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    request_id: str
    type: str = "about:blank"


class ForeignError(msgspec.Struct, frozen=True):
    """An error as clients of OpenAI's API look for it."""

    message: str
    code: int
    type: str = "invalid_request_error"
    param: str | None = None


class ForeignProblem(Problem, frozen=True, kw_only=True):
    """A problem that carries the same words where clients of OpenAI's API look for them."""

    error: ForeignError


def register(app: Flask) -> None:
    """Answer every error of the application with a problem, and an address with a slash too many as unknown."""
    app.url_map.merge_slashes = False
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(QAError, _from_qa)


def problem(status: int, detail: str) -> Response:
    """Return the response that tells a program (or, to a browser, a person) what is wrong."""
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
    """Return the body of a problem with a request to this path.

    >>> problem_json(404, "No such article.", "a1", "/v1/articles/x")[:32]
    b'{"title":"Not Found","status":40'
    """
    content = problem_record(status, detail, identifier)
    if path.startswith(FOREIGN_PATHS):
        error = ForeignError(detail, status, "server_error" if status >= 500 else "invalid_request_error")
        content = ForeignProblem(**msgspec.structs.asdict(content), error=error)
    return msgspec.json.encode(content)


def wants_page() -> bool:
    """Return whether the client of this request is a browser outside the API."""
    if request.path.startswith("/v1"):
        return False
    return request.accept_mimetypes.best_match(["application/problem+json", "text/html"]) == "text/html"


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    spoken = error.description if error.description != type(error).description else None
    response = problem(status, spoken or PLAIN_WORDS.get(status, HTTPStatus(status).phrase))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _from_qa(error: QAError) -> Response:
    return problem(*told(error))


def told(error: QAError) -> tuple[int, str]:
    """Return the status of an error and what a client may be told of it; the log gets the rest."""
    for kind, status in SPOKEN.items():
        if isinstance(error, kind):
            return status, str(error)
    # What stands in the message may name files of this machine: it goes to the log and not to the client.
    current_app.logger.error("request %s: %s: %s", request_id(), type(error).__name__, error)
    return 503, UNAVAILABLE
