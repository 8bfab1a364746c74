"""The documentation of the API for reading, made from its own document; nothing on it comes from elsewhere."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, current_app, render_template

from web.api.openapi import describe

blueprint = Blueprint("docs", __name__)


@blueprint.get("/docs")
def read_docs() -> str:
    """Show every route with what it takes and sends."""
    document = describe(current_app)
    return render_template("docs.html", document=document, groups=_groups(document))


@blueprint.app_template_filter("as_json")
def as_json(content: object) -> str:
    """Return the content as JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()


@blueprint.app_template_filter("type_words")
def type_words(schema: dict[str, Any]) -> str:
    """Return in a few words what a value has to be.

    >>> type_words({"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]})
    'string (maxLength 9) or null'
    """
    if "anyOf" in schema:
        return " or ".join(type_words(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " or ".join(str(one) for one in schema["enum"])
    words = f"list of {type_words(schema['items'])}" if schema.get("items") else str(schema.get("type", "anything"))
    limits = [f"{name} {schema[name]}" for name in schema if name.startswith(("min", "max", "pattern", "format"))]
    return f"{words} ({', '.join(limits)})" if limits else words


def _groups(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append({"path": path, "method": method.upper(), **operation})
    return groups
