"""The text that a language model writes from the quotations of a turn, for the page: sent sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Annotated

import msgspec
from flask import Blueprint, g, get_template_attribute, redirect, request, url_for
from msgspec import Meta
from werkzeug.exceptions import Conflict
from werkzeug.wrappers import Response as AnyResponse

from qa.conversations.store import ConversationNotFound, KeptTurn
from qa.errors import BadRequest
from qa.records import Answer
from qa.requests import WrittenAsk
from qa.written import Written, describe_written
from web.asking import FINAL, Parts, keep_written
from web.event_stream import event, stream_events
from web.pages.kept.conversations import STALE
from web.requests import json_body
from web.site import WriterNotAllowed, current_site, use_collection

blueprint = Blueprint("written_pages", __name__)
COOKIE = "qa_writer"
COOKIE_SECONDS = 400 * 24 * 3600
TurnNumber = Annotated[int, Meta(ge=1)]


class TurnToWrite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The turn of a kept conversation to write for; ``allow`` lets this browser send text to another machine."""

    turn: TurnNumber
    allow: bool = False


class UnkeptTurn(WrittenAsk, frozen=True, forbid_unknown_fields=True):
    """A turn that is not kept: its question and history again, and the generation that answered."""

    turn: TurnNumber = 1
    generation: str = ""
    allow: bool = False


@blueprint.post("/c/<identifier>/write")
def write_kept(identifier: str) -> AnyResponse:
    """Write from the quotations of a turn and keep the text: as events for the script, else before the page."""
    asked = _form() if request.mimetype == "application/x-www-form-urlencoded" else json_body(TurnToWrite)
    site = current_site()
    kept = _kept_turn(identifier, asked.turn)
    _require_permission(allow=asked.allow)
    parts = keep_written(site.kept, identifier, kept, site.write(kept.answer))
    if request.is_json:
        return _permitted(stream_events(_events(kept.turn, parts)))
    for _ in parts:
        pass
    return _permitted(redirect(url_for("pages.conversation", identifier=identifier, _anchor=f"turn-{kept.turn}"), 303))


@blueprint.post("/write")
def write_unkept() -> AnyResponse:
    """Write from the quotations of a turn that the page alone remembers."""
    asked, site = json_body(UnkeptTurn), current_site()
    _require_permission(allow=asked.allow)
    answer = use_collection(asked.collection).engine.ask(asked)
    if answer.index.generation != asked.generation:
        raise Conflict("The articles have changed since this was answered. Ask again, then let it be written.")
    return _permitted(stream_events(_events(asked.turn, site.write(answer))))


def _form() -> TurnToWrite:
    """Return what the button of a form asks for; who presses it has read where the text goes."""
    if not current_site().issued(request.form.get("token", "")):
        raise BadRequest(STALE)
    turn = request.form.get("turn", "")
    if not (turn.isascii() and turn.isdigit() and 0 < len(turn) < 10):
        raise BadRequest("The form names no turn.")
    return TurnToWrite(int(turn), allow=True)


def _kept_turn(identifier: str, turn: int) -> KeptTurn:
    for one in current_site().kept.read(identifier).turns:
        if one.turn == turn:
            return one
    raise ConversationNotFound(f"There is no conversation {identifier[:40]!r} with a turn {turn}.")


def _events(turn: int, parts: Parts) -> Iterator[bytes]:
    """Return an event with markup for each part."""
    sentence = get_template_attribute("_written.html", "sentence")
    whole = get_template_attribute("_written.html", "written")

    def events() -> Iterator[bytes]:
        with closing(parts):
            for part in parts:
                if isinstance(part, Written):
                    count = len(part.sentences)
                    said = f"A text of {count} sentence{'' if count == 1 else 's'} was written." if count else ""
                    words = {"html": str(whole(part, turn)), "said": said or describe_written(part)}
                    yield event("end", {**words, "final": part.outcome in FINAL})
                else:
                    yield event("sentence", {"html": str(sentence(part, turn))})

    return events()


def _require_permission(*, allow: bool) -> None:
    """Raise WriterNotAllowed where text would leave this machine and nobody at this browser has allowed that."""
    writer = current_site().require_writer()
    if writer.is_local or is_allowed():
        return
    if not allow:
        raise WriterNotAllowed(f"The question and its quotations would be sent to {writer.host}. Allow that first.")
    g.writer_allowed = writer.host


def is_allowed() -> bool:
    """Return whether this browser has allowed that questions and quotations go to the writer's host."""
    return request.cookies.get(COOKIE) == current_site().require_writer().host


def _permitted(response: AnyResponse) -> AnyResponse:
    """Return the response with the permission as a cookie, where it was just given; another host asks again."""
    if "writer_allowed" in g:
        response.set_cookie(
            COOKIE,
            g.writer_allowed,
            COOKIE_SECONDS,
            path=f"{request.script_root}/",
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
    return response


def may_be_written(answer: Answer) -> bool:
    """Return whether the page offers to write from this answer."""
    return current_site().writer is not None and answer.answered and answer.written is None
