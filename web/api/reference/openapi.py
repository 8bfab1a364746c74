"""The OpenAPI 3.1 document, made from the routes, the contract and the types that requests are decoded into."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec
from flask import Blueprint, Flask, Response, current_app
from werkzeug.routing import Rule

from qa.requests import AskRequest, allow_nulls
from qa.uploads.changes import FILES_PER_CHANGE
from web.api.openai.completion import Chunk
from web.api.questions import tag_response
from web.api.reference.operations import JSON, OPERATIONS, Operation
from web.problems import STATUS_WORDS, OpenAIProblem, Problem
from web.serving.security import PROBES
from web.site import Site

FORM = "multipart/form-data"
FILES = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {
            "type": "array",
            "minItems": 1,
            "maxItems": FILES_PER_CHANGE,
            "items": {"type": "string", "format": "binary"},
            "description": "Each file as a part of its own, with its file name.",
        }
    },
}
PROBLEM = "application/problem+json"
EVERYWHERE = (400, 500, 503)
WITH_BODY = (403, 413, 415)
DESCRIPTION = (
    "Questions over a folder of articles, answered in exact quotations: the quote of every citation is "
    "`article.text[start:end]`, counted in Unicode code points. Errors are problems (RFC 9457)."
)
_HEADERS = {"X-Request-Id": {"description": "Names this request in the log.", "schema": {"type": "string"}}}
_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/openapi.json")
def document() -> Response:
    """Return the document of this site's API."""
    content = msgspec.json.encode(describe(current_app))
    return tag_response(Response(content, mimetype="application/json"))


def describe(app: Flask) -> dict[str, Any]:
    """Return the document of this application's API."""
    site: Site = app.extensions["qa"]
    found: dict[str, Any] = {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "Ask the articles", "version": version("qa-articles"), "description": DESCRIPTION},
        "servers": [{"url": site.settings.url or "/"}],
        "paths": _paths(app, guarded=bool(site.settings.token)),
        "components": {"schemas": _schemas()},
    }
    if site.settings.token:
        found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        found["security"] = [{"token": []}]
    return found


def path_of(rule: Rule) -> str:
    """Return the address of a route as the document writes it.

    >>> path_of(Rule("/v1/articles/<path:article_id>"))
    '/v1/articles/{article_id}'
    """
    return _VARIABLE.sub(r"{\1}", rule.rule)


def _paths(app: Flask, guarded: bool) -> dict[str, Any]:
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        rule = rules[operation.endpoint]
        described = _operation(operation, rule, str(inspect.getdoc(app.view_functions[operation.endpoint])), guarded)
        paths.setdefault(path_of(rule), {})[_method(rule)] = described
    return paths


def _method(rule: Rule) -> str:
    return next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"})).lower()


def _operation(operation: Operation, rule: Rule, words: str, guarded: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.endpoint.replace(".", "_"),
        "tags": [operation.group],
        "summary": words.split("\n", 1)[0],
        "parameters": [*_path_parameters(rule), *_query_parameters(operation)],
        "responses": {str(status): response for status, response in _responses(operation, guarded)},
    }
    if operation.takes is not None:
        described["requestBody"] = {"required": True, "content": dict(_taken(operation.takes, operation))}
    if operation.endpoint in PROBES:
        described["security"] = []
    return described


def _taken(kind: type, operation: Operation) -> Iterator[tuple[str, Any]]:
    yield JSON, _content(kind, operation.asked)
    if operation.files:
        yield FORM, {"schema": FILES}


def _path_parameters(rule: Rule) -> Iterator[dict[str, Any]]:
    for name in _VARIABLE.findall(rule.rule):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _query_parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    if operation.query is None:
        return
    schema = msgspec.json.schema_components([operation.query])[1][operation.query.__name__]
    for name, one in schema["properties"].items():
        described = {key: value for key, value in one.items() if key != "description"}
        required = {"required": True} if name in schema.get("required", ()) else {}
        yield {"name": name, "in": "query", **required, "description": one.get("description", ""), "schema": described}


def _responses(operation: Operation, guarded: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    sent: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase, "headers": _HEADERS}
    if operation.status != HTTPStatus.NO_CONTENT:
        sent["content"] = {media: _sent(operation, media) for media in operation.media}
    yield operation.status, sent
    if operation.or_sends is not None:
        also = {"description": HTTPStatus.OK.phrase, "headers": _HEADERS}
        yield HTTPStatus.OK.value, {**also, "content": {JSON: _content(operation.or_sends, None)}}
    own = (*EVERYWHERE, *(WITH_BODY if operation.takes is not None else ()), *((401,) if guarded else ()))
    for status in sorted({*own, *operation.errors}):
        yield status, _problem(status, operation)


def _sent(operation: Operation, media: str) -> dict[str, Any]:
    if media == "text/event-stream":
        return {}
    if media != JSON or operation.sends is None:
        return {"schema": {"type": "string"}}
    return _content(operation.sends, operation.answered)


def _problem(status: int, operation: Operation) -> dict[str, Any]:
    words = STATUS_WORDS.get(status, HTTPStatus(status).phrase)
    kind = OpenAIProblem if operation.endpoint.startswith("openai.") else Problem
    content: dict[str, Any] = {PROBLEM: _content(kind, None)}
    if operation.endpoint == "api.readiness" and status == HTTPStatus.SERVICE_UNAVAILABLE:
        content[JSON] = _content(operation.sends or Problem, None)
    return {"description": words, "headers": _HEADERS, "content": content}


def _content(kind: type, example: object) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{kind.__name__}"}}
    if example is not None:
        content["example"] = msgspec.to_builtins(example)
    return content


def _schemas() -> dict[str, Any]:
    kinds = {kind for one in OPERATIONS for kind in (one.takes, one.sends, one.or_sends) if kind is not None}
    ordered = sorted({*kinds, AskRequest, Chunk, Problem, OpenAIProblem}, key=lambda kind: kind.__name__)
    schemas = _components(ordered)
    taken = _components([AskRequest, *(one.takes for one in OPERATIONS if one.takes is not None)])
    schemas.update({name: allow_nulls(schema) for name, schema in taken.items()})
    # The history of a question in a conversation is that conversation: only an empty one may be given.
    schemas["ConversationAsk"]["properties"]["history"]["anyOf"][0]["maxItems"] = 0
    return schemas


def _components(kinds: list[type]) -> dict[str, Any]:
    return msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")[1]
