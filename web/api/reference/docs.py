"""The documentation of the API for reading, made from its own document; nothing on it comes from elsewhere."""

from __future__ import annotations

import shlex
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from flask import Blueprint, current_app, render_template, request

from web.api.openai.request import MODEL
from web.api.reference import examples
from web.api.reference.openapi import describe
from web.site import current_site

blueprint = Blueprint("docs", __name__)

TYPE_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false", "array": "list"}
LIMITS = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", ""),
)
FORMAT_WORDS = {"date": "day as YYYY-MM-DD", "binary": "file", "date-time": "time as in RFC 3339"}
# What stands in the place of the variables of an address.
EXAMPLE_VALUES = {
    "article_id": examples.ARTICLE.id,
    "passage_id": examples.PASSAGE.id,
    "identifier": "0" * 32,
    "model": MODEL,
    "name": "Harvest",
}


@blueprint.get("/docs")
def read_docs() -> str:
    """Show every route with what it takes and sends, and a command line that calls it."""
    document = describe(current_app)
    return render_template(
        "docs.html",
        document=document,
        groups=_groups(document),
        site=request.url_root.rstrip("/"),
        guarded=bool(current_site().settings.token),
    )


@blueprint.app_template_filter("as_json")
def as_json(content: object) -> str:
    """Return the content as JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()


@blueprint.app_template_filter("type_words")
def type_words(schema: dict[str, Any]) -> str:
    """Return in a few words what a value has to be.

    >>> type_words({"anyOf": [{"type": "string", "minLength": 1, "maxLength": 2000, "pattern": "."}, {"type": "null"}]})
    'text (1 to 2,000 characters) or null'
    >>> type_words({"type": "array", "items": {"type": "integer", "minimum": 0}, "maxItems": 9})
    'list (at most 9) of whole number (at least 0)'
    """
    if "anyOf" in schema:
        return " or ".join(type_words(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " or ".join(str(one) for one in schema["enum"])
    if schema.get("format") in FORMAT_WORDS:
        return FORMAT_WORDS[schema["format"]]
    kind = schema.get("type", "anything")
    limits = [_limits(schema, *names) for names in LIMITS]
    words = "".join([TYPE_WORDS.get(kind, kind), *(f" ({one})" for one in limits if one)])
    return f"{words} of {type_words(schema['items'])}" if schema.get("items") else words


def _limits(schema: dict[str, Any], lowest: str, highest: str, unit: str) -> str:
    low, high = schema.get(lowest), schema.get(highest)
    if high is None:
        return f"at least {low:,}" if low is not None and not unit else ""
    return f"{low:,} to {high:,}{unit}" if low else f"at most {high:,}{unit}"


@blueprint.app_template_filter("curl")
def curl(operation: dict[str, Any], site: str, guarded: bool) -> str:
    """Return a command line that makes this call: with the example of its body, and a token where one is asked for."""
    path = operation["path"]
    for name, value in EXAMPLE_VALUES.items():
        path = path.replace(f"{{{name}}}", quote(value, safe="/:"))
    required = {one["name"]: EXAMPLE_VALUES[one["name"]] for one in operation["parameters"] if _is_asked(one)}
    words = ["curl", "-s", *([] if operation["method"] == "GET" else ["-X", operation["method"]])]
    if guarded and operation.get("security") != []:
        words += ["-H", '"Authorization: Bearer $QA_TOKEN"']
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        content = msgspec.json.encode(body.get("example", {})).decode()
        words += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(content)]
    return " ".join([*words, shlex.quote(f"{site}{path}{f'?{urlencode(required)}' if required else ''}")])


def _is_asked(parameter: dict[str, Any]) -> bool:
    return bool(parameter["in"] == "query" and parameter.get("required"))


def _groups(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append({"path": path, "method": method.upper(), **operation})
    return groups
