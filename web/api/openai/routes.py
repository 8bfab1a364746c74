"""The API that clients of OpenAI speak already: chat completions, models, embeddings."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Literal

import msgspec
import numpy as np
from flask import Blueprint, Response, request
from msgspec import Meta
from werkzeug.exceptions import NotFound

from qa.errors import BadRequest, UnknownCollection
from qa.protocols import Encoder, Vector
from qa.requests import with_writing
from web.api.openai.completion import Chunk, Reply, Usage, chunks, completion
from web.api.openai.request import MODEL, WRITING_MODEL, ChatRequest, as_request
from web.api.questions import as_json, tag_response
from web.api.writing import add_written
from web.event_stream import stream_events
from web.requests import json_body
from web.site import ServedCollection, current_site, use_collection

# The name of a model is this and the name of the collection that it asks.
PREFIX = "qa:"
TEXTS_LIMIT = 64
TEXT_LIMIT = 20_000

blueprint = Blueprint("openai", __name__)

EmbeddedText = Annotated[str, Meta(min_length=1, max_length=TEXT_LIMIT)]


class Model(msgspec.Struct, frozen=True):
    """A model by its name; ``created`` is not known and 0."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "qa"


class ModelList(msgspec.Struct, frozen=True):
    """What answers chats, then what makes embeddings."""

    data: tuple[Model, ...]
    object: Literal["list"] = "list"


class EmbeddingRequest(msgspec.Struct, frozen=True):
    """Texts to encode; fields that are not named here are ignored. What a text has beyond the model's reach is cut."""

    input: EmbeddedText | Annotated[tuple[EmbeddedText, ...], Meta(min_length=1, max_length=TEXTS_LIMIT)]
    model: Annotated[str, Meta(max_length=200, description="The encoder's name, as /v1/models has it.")]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Annotated[int | None, Meta(description="Those of the model, or left out.")] = None


class Embedding(msgspec.Struct, frozen=True):
    """A vector of unit length: numbers, or the base64 of 32-bit floats, little-endian."""

    embedding: str | tuple[float, ...]
    index: int
    object: Literal["embedding"] = "embedding"


class EmbeddingUsage(msgspec.Struct, frozen=True):
    """How many tokens the texts have."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingList(msgspec.Struct, frozen=True):
    """A vector for each text, in their order."""

    data: tuple[Embedding, ...]
    model: str
    usage: EmbeddingUsage
    object: Literal["list"] = "list"


@blueprint.post("/v1/chat/completions")
def complete_chat() -> Response:
    """Answer the last question of a conversation, whole or as a stream of server-sent events."""
    chat, site = json_body(ChatRequest), current_site()
    writes = chat.model == WRITING_MODEL and site.writer is not None
    asked, address = as_request(chat), request.url_root.rstrip("/")
    answer = _asked_collection(chat).engine.ask(with_writing(asked) if writes else asked)
    counted = not chat.stream or bool(chat.stream_options and chat.stream_options.include_usage)
    reply = Reply(
        f"chatcmpl-{secrets.token_hex(12)}",
        int(time.time()),
        WRITING_MODEL if writes else MODEL,
        address,
        partial(_usage, site.encoder, answer.question) if counted else None,
    )
    added = add_written(answer, address, site.write(answer)) if writes else ()
    return _streamed(chunks(reply, answer, added)) if chat.stream else as_json(completion(reply, answer, added))


@blueprint.get("/v1/models")
def list_models() -> Response:
    """List what answers chats and what makes embeddings."""
    return tag_response(as_json(ModelList(_models())))


@blueprint.get("/v1/models/<path:model>")
def read_model(model: str) -> Response:
    """Return one model by its name."""
    for one in _models():
        if one.id == model:
            return tag_response(as_json(one))
    raise NotFound(_unknown(model))


@blueprint.post("/v1/embeddings")
def embed() -> Response:
    """Encode texts with the encoder that the index was built with."""
    asked, encoder = json_body(EmbeddingRequest), current_site().encoder
    if asked.model != encoder.name:
        raise NotFound(_unknown(asked.model))
    if asked.dimensions not in (None, encoder.dimension):
        words = f"Vectors of {encoder.name} have {encoder.dimension} dimensions, and no others are made."
        raise BadRequest(words, "dimensions")
    texts = (asked.input,) if isinstance(asked.input, str) else asked.input
    vectors = [encoder.encode(text).sentence for text in texts]
    tokens = sum(encoder.count_tokens(text) for text in texts)
    written = tuple(Embedding(_written(one, asked.encoding_format), at) for at, one in enumerate(vectors))
    return as_json(EmbeddingList(written, encoder.name, EmbeddingUsage(tokens, tokens)))


def _models() -> tuple[Model, ...]:
    site = current_site()
    writing = () if site.writer is None else (Model(WRITING_MODEL),)
    named = (Model(PREFIX + one.name) for one in site.collections if one.name is not None)
    return Model(MODEL), *writing, *named, Model(site.encoder.name)


def _asked_collection(chat: ChatRequest) -> ServedCollection:
    """Return the collection that a chat asks: that of its field, else of its model, as clients cannot add a field."""
    model = chat.model or ""
    by_model = model.startswith(PREFIX) and current_site().collections.default.name is not None
    if chat.collection is not None or not by_model:
        return use_collection(chat.collection)
    try:
        return use_collection(model.removeprefix(PREFIX))
    except UnknownCollection as error:
        raise UnknownCollection(str(error), "model") from error


def _unknown(model: str) -> str:
    return f"There is no model {model[:80]!r} here. /v1/models lists those that are."


def _usage(encoder: Encoder, question: str, content: str) -> Usage:
    asked, answered = encoder.count_tokens(question), encoder.count_tokens(content)
    return Usage(asked, answered, asked + answered)


def _streamed(parts: Iterator[Chunk]) -> Response:
    def events() -> Iterator[bytes]:
        for part in parts:
            yield b"data: " + msgspec.json.encode(part) + b"\n\n"
        yield b"data: [DONE]\n\n"

    return stream_events(events())


def _written(vector: Vector, form: str) -> str | tuple[float, ...]:
    if form == "base64":
        return base64.b64encode(np.asarray(vector, "<f4").tobytes()).decode("ascii")
    return tuple(float(one) for one in vector)
