"""The pages for asking; each works without JavaScript."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from qa.conversations.database import utc_now
from qa.conversations.exports.formats import available_formats
from qa.conversations.store import Conversation, KeptTurn, Scope
from qa.errors import BadScope
from qa.records import PERHAPS, Answer
from qa.requests import QUESTION_LIMIT, Turn, explain
from qa.search.filters import scope_of
from web.asking import ConversationAsk, ask_first, ask_in, use_collection_of
from web.owner import owner, remember_browser
from web.pages.kept.conversations import STALE
from web.pages.kept.judging import read_marks
from web.pages.kept.keeping import kept_quotations
from web.pages.source_pane import source_pane, suggested
from web.pages.turns import form_action, render_turn, view_turn
from web.pages.writing import is_allowed
from web.requests import json_body
from web.served import folder_name
from web.site import current_collection, current_site, use_collection

blueprint = Blueprint("pages", __name__)
blueprint.after_request(remember_browser)
TITLES_SHOWN = 6


class PageAsk(ConversationAsk, frozen=True, forbid_unknown_fields=True):
    """What the page's script asks: in a conversation, or after the history that it brings where none is kept.

    With ``write``, the script lets a text be written from the answer afterwards.
    """

    conversation: str = ""


class TurnPart(msgspec.Struct, frozen=True):
    """A turn for the page's script: its conversation ("" for one that is not kept), markup, and answer in words."""

    turn: int
    conversation: str
    html: str
    said: str
    answer: str


@blueprint.get("/")
def home() -> str:
    """Show what the articles are and take a question."""
    return _chat(question=request.args.get("question") or request.args.get("q", ""))


@blueprint.get("/c/<identifier>")
def conversation(identifier: str) -> str:
    """Show a kept conversation and take the next question."""
    kept = current_site().kept.read(identifier)
    use_collection_of(kept)
    return _chat(kept, question=request.args.get("question", ""))


@blueprint.post("/")
def ask() -> AnyResponse:
    """Answer the question of a form: in a new conversation, or on the spot where none are kept."""
    site = current_site()
    if not site.settings.keep:
        return _ask_unkept()
    refusal, asked = _form_ask()
    if asked is None:
        return _again(refusal)
    identifier, kept = ask_first(site, asked, owner())
    return _to_turn(identifier, kept)


@blueprint.post("/c/<identifier>")
def ask_on(identifier: str) -> AnyResponse:
    """Answer the question of a form in a kept conversation."""
    site = current_site()
    before = site.kept.read(identifier)
    use_collection_of(before)
    refusal, asked = _form_ask()
    if asked is None:
        return _again(refusal, before)
    return _to_turn(identifier, ask_in(site, identifier, asked))


@blueprint.post("/turns")
def answer_turn() -> Response:
    """Answer a question of the page's script, which places the turn."""
    site, asked = current_site(), json_body(PageAsk)
    conversation = asked.conversation
    if conversation:
        kept = ask_in(site, conversation, asked)
    elif site.settings.keep:
        conversation, kept = ask_first(site, asked, owner())
    else:
        answer = use_collection(asked.collection).engine.ask(asked)
        number = asked.turn or len(asked.history) + 1
        kept = KeptTurn(number, utc_now(), Scope(asked.articles, asked.since, asked.until), answer)
    html, spoken = render_turn(kept, conversation), _spoken(kept.answer)
    part = TurnPart(kept.turn, conversation, html, spoken, kept.answer.answer)
    return Response(msgspec.json.encode(part), mimetype="application/json")


def _spoken(answer: Answer) -> str:
    """Return what a screen reader says when the answer is there."""
    if not answer.answered:
        return answer.answer
    count = len(answer.citations)
    quotations = f"{count} quotation{'' if count == 1 else 's'}."
    return f"{PERHAPS} {quotations}" if answer.support == "perhaps" else f"Answered with {quotations}"


def _form_ask() -> tuple[str, ConversationAsk | None]:
    """Return the request that the form describes, or in words why there is none."""
    if not current_site().issued(request.form.get("token", "")):
        return STALE, None
    question = request.form.get("question", "").replace("\r\n", "\n").strip()
    if not question:
        return "The question is empty. Ask something in words.", None
    if len(question) > QUESTION_LIMIT:
        return f"The question has {len(question):,} characters; the limit is {QUESTION_LIMIT:,}.", None
    names = ("searched_for", "quotes", "turn", "since", "until")
    fields: dict[str, Any] = {name: request.form[name] for name in names if request.form.get(name)}
    fields |= {"question": question, "articles": request.form.getlist("articles")}
    try:
        asked = msgspec.convert(fields, ConversationAsk, strict=False)
        scope_of(asked, current_collection().engine.snapshot.text)
    except msgspec.ValidationError as error:
        return str(explain(error)), None
    except BadScope as error:
        return str(error), None
    return "", asked


def _to_turn(identifier: str, kept: KeptTurn) -> AnyResponse:
    return redirect(url_for("pages.conversation", identifier=identifier, _anchor=f"turn-{kept.turn}"), 303)


def _ask_unkept() -> AnyResponse:
    refusal, asked = _form_ask()
    if asked is None:
        return _again(refusal)
    before = request.form.getlist("before")[-20:]
    history = tuple(Turn(question[:QUESTION_LIMIT]) for question in before)
    answer = current_collection().engine.ask(msgspec.structs.replace(asked, history=history))
    unkept = KeptTurn(1, utc_now(), Scope(asked.articles, asked.since, asked.until), answer)
    return Response(_chat(unkept=unkept, before=[*before, asked.question]))


def _again(notice: str, kept: Conversation | None = None) -> AnyResponse:
    """Show the page again with what is wrong and with what was typed."""
    question = request.form.get("question", "")
    return Response(_chat(kept, notice=notice, question=question, before=request.form.getlist("before")), 400)


def _chat(
    kept: Conversation | None = None,
    unkept: KeptTurn | None = None,
    notice: str = "",
    question: str = "",
    before: list[str] | None = None,
) -> str:
    site, collection = current_site(), current_collection()
    articles = collection.engine.snapshot.text
    conversation = kept.id if kept else ""
    turns = kept.turns if kept else (unkept,) if unkept else ()
    listed = articles.articles()
    marks = read_marks(conversation)
    chosen = frozenset(request.values.getlist("articles"))
    return render_template(
        "chat.html",
        conversation=kept,
        action=form_action(conversation),
        turns=[view_turn(one, articles, conversation, marks) for one in turns],
        quoted=kept_quotations(conversation),
        chosen=[one for one in listed if one.id in chosen],
        pane=source_pane(chosen),
        since=request.values.get("since", ""),
        until=request.values.get("until", ""),
        notice=notice,
        question=question,
        before=before or [],
        limit=QUESTION_LIMIT,
        token=site.form_token,
        count=len(listed),
        titles=listed[:TITLES_SHOWN],
        suggestions=() if turns else suggested(chosen),
        keep=site.settings.keep,
        folder=folder_name(collection.settings),
        formats=available_formats(),
        writer_allowed=site.writer is not None and is_allowed(),
    )
