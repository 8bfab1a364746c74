"""What a request brings: its id, its JSON body, its numbers; refused in one place when they are not usable."""

from __future__ import annotations

import re
import secrets
from codecs import BOM_UTF8
from collections.abc import Hashable, Mapping
from typing import TypeVar, cast

import msgspec
import msgspec.inspect
from flask import g, request
from werkzeug.exceptions import UnsupportedMediaType

from qa.errors import BadRequest
from qa.requests import BODY_BYTES, as_meant, explain, field_names

_WHOLE = re.compile(r"0|[1-9][0-9]{0,99}")
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

Body = TypeVar("Body")


def request_id() -> str:
    """Return the id of this request: the client's own where it is harmless, else a random one."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _SAFE_ID.fullmatch(given) else secrets.token_hex(8)
    return str(g.request_id)


def json_body(kind: type[Body]) -> Body:
    """Return this request's JSON body as a record of that kind.

    Raises BadRequest naming the field and the limit that it breaks; 415 for another content type.
    """
    if request.mimetype != "application/json":
        given = request.mimetype or "a body without a type"
        raise UnsupportedMediaType(f"Unsupported media type: send application/json, not {given}.")
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType("Unsupported charset: send JSON in UTF-8.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Unsupported content encoding: send JSON that is not compressed.")
    return decode_body(request.get_data(), kind)


def decode_body(content: bytes | msgspec.Raw, kind: type[Body]) -> Body:
    """Return the JSON as a record of that kind; raises BadRequest naming the field and the limit that it breaks.

    A byte order mark in front, as PowerShell writes it, is left out.
    """
    content = content.removeprefix(BOM_UTF8) if isinstance(content, bytes) else content
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError as error:
        return _decode_tolerantly(content, kind, error)
    except RecursionError as error:
        raise BadRequest("The body is nested too deeply.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest("The body is not JSON in UTF-8.") from error


def _decode_tolerantly(content: bytes | msgspec.Raw, kind: type[Body], refusal: msgspec.ValidationError) -> Body:
    """Return the record after all where only null stands for an optional field, or 3.0 for 3.

    JSON Schema takes 3.0 for a whole number too. A body that is longer than most is not read a second time: every
    value of it would become an object.
    """
    if len(memoryview(content)) > BODY_BYTES:
        raise explain(refusal) from refusal
    try:
        given = as_meant(msgspec.json.decode(content), field_names(cast(Hashable, kind)))
        return msgspec.convert(given, kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise explain(refusal) from error


def query(kind: type[Body]) -> Body:
    """Return this request's query string as a record of that kind.

    Raises BadRequest naming a parameter that is unknown, given twice, or breaks its limit.
    """
    values: dict[str, str | int] = {}
    for name, given in request.args.lists():
        if len(given) > 1:
            raise BadRequest(f"{name[:40]} is given {len(given)} times; give it once.")
        values[name] = int(given[0]) if name in _numeric(kind) and _WHOLE.fullmatch(given[0]) else given[0]
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise BadRequest(str(explain(error))) from error


def _numeric(kind: type[object]) -> frozenset[str]:
    fields = cast(msgspec.inspect.StructType, msgspec.inspect.type_info(kind)).fields
    return frozenset(field.encode_name for field in fields if isinstance(_bare(field.type), msgspec.inspect.IntType))


def _bare(kind: msgspec.inspect.Type) -> msgspec.inspect.Type:
    return kind.type if isinstance(kind, msgspec.inspect.Metadata) else kind


def number(name: str, default: int, low: int, high: int) -> int:
    """Return the whole number that the query string gives this name; raises BadRequest outside low to high."""
    return whole_number(request.args, name, default, low, high)


def whole_number(query: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """Return the whole number under this name; raises BadRequest outside low to high."""
    given = query.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 16 and low <= int(given) <= high):
        raise BadRequest(f"{name} has to be a whole number from {low} to {high}, not {given[:40]!r}.")
    return int(given)
