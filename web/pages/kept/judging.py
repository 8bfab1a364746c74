"""A verdict on an answer, from the form beneath it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from qa.errors import BadRequest
from qa.requests import explain
from web.api.kept.feedback import FeedbackGiven, give_feedback
from web.pages.kept.conversations import STALE
from web.site import current_site

blueprint = Blueprint("judging", __name__)


@dataclass(frozen=True, slots=True)
class Marks:
    """What was done with a conversation: ids of kept quotations, the last verdict on each turn with its question."""

    kept: frozenset[str] = frozenset()
    verdicts: frozenset[tuple[int, str, str]] = frozenset()

    def verdict(self, turn: int, question: str) -> str:
        """Return the verdict on this turn, "" where there is none on this question."""
        return next((said for number, asked, said in self.verdicts if (number, asked) == (turn, question)), "")


@blueprint.post("/c/<identifier>/feedback")
def judge(identifier: str) -> AnyResponse:
    """Keep the verdict of the form."""
    site = current_site()
    if not site.issued(request.form.get("token", "")):
        raise BadRequest(STALE)
    fields = {name: request.form.get(name, "") for name in ("turn", "verdict", "passage", "quote")}
    try:
        given = msgspec.convert(fields, FeedbackGiven, strict=False)
    except msgspec.ValidationError as error:
        raise explain(error) from error
    give_feedback(site, identifier, given)
    return redirect(url_for("pages.conversation", identifier=identifier, _anchor=f"turn-{given.turn}"), 303)


def read_marks(conversation: str) -> Marks:
    """Return what was done with a conversation; "" is one that is not kept."""
    if not conversation:
        return Marks()
    site = current_site()
    given = site.feedback.given_in(conversation).values()
    kept = frozenset(one.id for one in site.quotations.kept_in(conversation))
    return Marks(kept, frozenset((one.turn, one.question, one.verdict) for one in given))
