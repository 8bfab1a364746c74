"""The JSON API: questions, searches, and whether past citations still hold."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from flask import Blueprint, Response, g, request
from msgspec import Meta

from qa.citations.verify import Check, VerifyRequest, verify
from qa.collections.states import CollectionState
from qa.errors import QAError
from qa.records import Answer, IndexInfo
from qa.requests import AskRequest, SearchRequest, WrittenAsk
from web.api.writing import respond_in_writing
from web.problems import Problem, problem_record, to_status
from web.requests import decode_body, json_body, request_id
from web.served import describe_collections
from web.site import current_collection, current_site, use_collection

PAGE_LIMIT = 200
BATCH_LIMIT = 32

blueprint = Blueprint("api", __name__)

# Each question is checked by itself, so that a bad one spoils no other.
BatchQuestion = Annotated[
    msgspec.Raw,
    Meta(
        description="A question as /v1/ask takes it; anything else gets a problem in its place.",
        extra_json_schema={"anyOf": [{"$ref": "#/components/schemas/AskRequest"}, {}]},
    ),
]


class BatchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several questions, each answered by itself."""

    questions: Annotated[tuple[BatchQuestion, ...], Meta(min_length=1, max_length=BATCH_LIMIT)]


BatchAnswer = Annotated[
    Any,
    Meta(extra_json_schema={"anyOf": [{"$ref": f"#/components/schemas/{kind}"} for kind in ("Answer", "Problem")]}),
]


class BatchResult(msgspec.Struct, frozen=True):
    """An Answer for each question, in their order, or the problem with it."""

    results: tuple[BatchAnswer, ...]


class Verification(msgspec.Struct, frozen=True):
    """What became of each citation, in their order, and the generation of the index that says so."""

    checks: tuple[Check, ...]
    index: IndexInfo


class Health(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether the process is alive or takes questions; of several collections, how each is."""

    status: str
    index: IndexInfo | None = None
    collections: tuple[CollectionState, ...] = ()


@blueprint.post("/v1/ask")
def ask() -> Response:
    """Answer one question in exact quotations from the articles."""
    asked = json_body(WrittenAsk)
    if asked.write:
        current_site().require_writer()
    answer = use_collection(asked.collection).engine.ask(asked)
    return respond_in_writing(answer) if asked.write else as_json(answer)


@blueprint.post("/v1/ask/batch")
def ask_batch() -> Response:
    """Answer several questions; a bad one gets its problem in place and spoils no other."""
    return as_json(BatchResult(tuple(_answer_or_problem(one) for one in json_body(BatchRequest).questions)))


@blueprint.post("/v1/search")
def find_passages() -> Response:
    """Find the passages that are nearest to a question, without answering it."""
    asked = json_body(SearchRequest)
    return as_json(use_collection(asked.collection).engine.search(asked))


@blueprint.post("/v1/verify")
def verify_citations() -> Response:
    """Check the citations of a past answer against the articles as they are now."""
    asked = json_body(VerifyRequest)
    snapshot = use_collection(asked.asked_collection).engine.snapshot
    return as_json(Verification(verify(asked.citations, snapshot.text), snapshot.info))


@blueprint.get("/v1/index")
def read_index() -> Response:
    """Say which generation of the index answers, its model, and what it holds."""
    return tag_response(as_json(current_collection().engine.snapshot.info))


@blueprint.get("/healthz")
def health() -> Response:
    """Say that the process is alive."""
    return as_json(Health("ok"))


@blueprint.get("/readyz")
def readiness() -> Response:
    """Say whether questions are taken: 503 from the moment on that the server is stopping.

    The index is told to those alone who may ask: under a name of this site, with its token. Of several collections it
    is that of the first one that can be asked; where none can, it is 503 too.
    """
    site = current_site()
    if not site.ready:
        return as_json(Health("stopping"), 503)
    if "stranger" in g:
        return as_json(Health("ready"))
    if site.collections.default.name is None:
        return as_json(Health("ready", site.collections.default.engine.snapshot.info))
    states = tuple(describe_collections(site))
    first = next((one.engine.snapshot.info for one in site.collections.available()), None)
    return as_json(Health("ready" if first else "unavailable", first, states), 200 if first else 503)


def as_json(content: object, status: int = 200) -> Response:
    """Return the record as a JSON response."""
    return Response(msgspec.json.encode(content), status, mimetype="application/json")


def tag_response(response: Response) -> Response:
    """Return the response with an ETag of its content, or 304 to a client that has it already."""
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def _answer_or_problem(question: msgspec.Raw) -> Answer | Problem:
    try:
        asked = decode_body(question, AskRequest)
        return use_collection(asked.collection).engine.ask(asked)
    except QAError as error:
        return problem_record(*to_status(error), request_id(), error)
