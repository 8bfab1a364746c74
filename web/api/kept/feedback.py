"""The JSON API: what people say of answers, and the same as a set of questions."""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from qa.conversations.feedback import Feedback, Quoted, Verdict, find_passage, passage_of
from qa.evaluate.feedback import as_lines, judged_questions
from web.api.questions import as_json
from web.asking import use_collection_of
from web.owner import listed_owner
from web.requests import json_body
from web.site import Site, current_collection, current_site

blueprint = Blueprint("feedback", __name__)
LINES = "application/jsonl"
QUOTE_CHARACTERS = 5000


class FeedbackGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verdict on the answer of a turn; ``passage`` or ``quote`` is what should have been quoted."""

    turn: Annotated[int, Meta(ge=1)]
    verdict: Annotated[Verdict, Meta(description="`unanswerable`: the articles do not answer the question.")]
    passage: Annotated[str, Meta(max_length=1100, description="Its id, as the passages of an answer have it.")] = ""
    quote: Annotated[str, Meta(max_length=QUOTE_CHARACTERS, description="Or its text, as an article has it.")] = ""


@blueprint.post("/v1/conversations/<identifier>/feedback")
def give(identifier: str) -> Response:
    """Say whether the answer of a turn is right, and what should have been quoted."""
    return as_json(give_feedback(current_site(), identifier, json_body(FeedbackGiven)))


@blueprint.get("/v1/feedback")
def export() -> Response:
    """Return the judged answers as questions in JSON Lines, which `qa eval` reads.

    Left out are answers that were called wrong without the passage that is right, and those whose passage is no longer
    in the articles. A browser gets those of its own conversations, a program those of programs.
    """
    collection = current_collection()
    given = current_site().feedback.all(listed_owner(), collection.name)
    judged = judged_questions(given, collection.engine.snapshot.text)
    return Response(as_lines(judged.questions), mimetype=LINES)


def give_feedback(site: Site, identifier: str, given: FeedbackGiven) -> Feedback:
    """Keep the feedback; raises ConversationNotFound or NotThere."""
    return site.feedback.give(identifier, given.turn, given.verdict, _expected(site, identifier, given))


def _expected(site: Site, identifier: str, given: FeedbackGiven) -> Quoted | None:
    if given.verdict != "wrong" or not (given.passage or given.quote.strip()):
        return None
    snapshot = use_collection_of(site.kept.read(identifier)).engine.snapshot
    return find_passage(given.quote, snapshot) if given.quote.strip() else passage_of(given.passage, snapshot)
