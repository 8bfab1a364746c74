"""The pages for asking; each works without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from qa.conversations.store import Conversation, KeptTurn, Scope
from qa.errors import BadScope
from qa.records import Answer
from qa.requests import QUESTION_LIMIT, Turn
from qa.search.filters import scope_of
from web.asking import ConversationAsk, ask_in
from web.owner import owner, remember_browser
from web.pages.conversations import STALE
from web.pages.sources import Quotation, quotations
from web.site import current_site

blueprint = Blueprint("pages", __name__)
blueprint.after_request(remember_browser)
TITLES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn as the page shows it."""

    turn: int
    scope: Scope
    answer: Answer
    quotations: tuple[Quotation, ...]


@blueprint.get("/")
def home() -> str:
    """Show what the articles are and take a question."""
    return _chat(question=request.args.get("q", "")[:QUESTION_LIMIT])


@blueprint.get("/c/<identifier>")
def conversation(identifier: str) -> str:
    """Show a kept conversation and take the next question."""
    return _chat(current_site().kept.read(identifier))


@blueprint.post("/")
def ask() -> AnyResponse:
    """Answer the question of a form: in a new conversation, or on the spot where none are kept."""
    site = current_site()
    if not site.settings.keep:
        return _ask_unkept()
    refusal, asked = _form_ask()
    if asked is None:
        return _again(refusal)
    return _ask_kept(site.kept.create(owner=owner()).id, asked)


@blueprint.post("/c/<identifier>")
def ask_on(identifier: str) -> AnyResponse:
    """Answer the question of a form in a kept conversation."""
    kept = current_site().kept.read(identifier)
    refusal, asked = _form_ask()
    return _again(refusal, kept) if asked is None else _ask_kept(identifier, asked)


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
        scope_of(asked, current_site().engine.snapshot.text)
    except msgspec.ValidationError as error:
        return f"{error}.", None
    except BadScope as error:
        return str(error), None
    return "", asked


def _ask_kept(identifier: str, asked: ConversationAsk) -> AnyResponse:
    site = current_site()
    kept = ask_in(site.kept, site.engine, identifier, asked)
    return redirect(url_for("pages.conversation", identifier=identifier, _anchor=f"turn-{kept.turn}"), 303)


def _ask_unkept() -> AnyResponse:
    refusal, asked = _form_ask()
    if asked is None:
        return _again(refusal)
    before = request.form.getlist("before")[-20:]
    history = tuple(Turn(question[:QUESTION_LIMIT]) for question in before)
    answer = current_site().engine.ask(msgspec.structs.replace(asked, history=history))
    unkept = KeptTurn(1, "", Scope(asked.articles, asked.since, asked.until), answer)
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
    site = current_site()
    articles = site.engine.snapshot.text
    page = f"/c/{kept.id}" if kept else ""
    turns = kept.turns if kept else (unkept,) if unkept else ()
    listed = articles.articles()
    chosen = set(request.values.getlist("articles"))
    return render_template(
        "chat.html",
        conversation=kept,
        turns=[
            TurnView(one.turn, one.scope, one.answer, quotations(one.answer, articles, page, one.turn)) for one in turns
        ],
        chosen=[one for one in listed if one.id in chosen],
        since=request.values.get("since", ""),
        until=request.values.get("until", ""),
        notice=notice,
        question=question,
        before=before or [],
        limit=QUESTION_LIMIT,
        token=site.form_token,
        count=len(listed),
        titles=[one.title for one in listed[:TITLES_SHOWN]],
        suggestions=() if turns else site.suggestions.current(),
        keep=site.settings.keep,
    )
