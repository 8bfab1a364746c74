"""The list of kept conversations, and what a form does with one: rename and delete."""

from __future__ import annotations

import re
from contextlib import suppress

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from qa.conversations.store import ConversationEntry, ConversationNotFound
from qa.errors import BadRequest
from web.owner import listed_owner, remember_browser
from web.requests import number
from web.site import current_site

blueprint = Blueprint("conversation_pages", __name__)
blueprint.after_request(remember_browser)
PAGE = 50
STALE = "This page is out of date. Nothing was lost; please submit again."
_MINUTE = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z")


@blueprint.get("/conversations")
def list_conversations() -> str:
    """List the conversations of this browser, or of everyone where they are shared, newest first."""
    search, page = request.args.get("search", ""), number("page", 1, 1, 10**6)
    total, entries = listed(search, (page - 1) * PAGE, PAGE)
    return render_template(
        "conversations.html",
        entries=entries,
        total=total,
        search=search,
        page=page,
        pages=max(1, -(-total // PAGE)),
        token=current_site().form_token,
    )


@blueprint.post("/conversations/delete")
def delete_chosen() -> AnyResponse:
    """Remove the conversation of the button that was used, or all that were chosen."""
    _require_token()
    only = request.form.get("only")
    for identifier in [only] if only else request.form.getlist("conversation"):
        with suppress(ConversationNotFound):
            current_site().kept.delete(identifier)
    return redirect(url_for("conversation_pages.list_conversations", search=request.form.get("search") or None), 303)


@blueprint.post("/c/<identifier>/rename")
def rename(identifier: str) -> AnyResponse:
    """Give a conversation the title of the form."""
    _require_token()
    current_site().kept.rename(identifier, " ".join(request.form.get("title", "").split())[:200])
    return redirect(url_for("pages.conversation", identifier=identifier), 303)


@blueprint.post("/c/<identifier>/delete")
def delete(identifier: str) -> AnyResponse:
    """Remove a conversation."""
    _require_token()
    current_site().kept.delete(identifier)
    return redirect(url_for("conversation_pages.list_conversations"), 303)


def listed(search: str, offset: int, limit: int) -> tuple[int, tuple[ConversationEntry, ...]]:
    """Return how many conversations with these words a browser may list, and a part of them, newest first."""
    kept, whose = current_site().kept, listed_owner()
    return (0, ()) if whose == "" else kept.entries(search, offset, limit, whose)


@blueprint.app_template_filter("minute")
def minute(moment: str) -> str:
    """Return a time in UTC to the minute.

    >>> minute("2026-01-05T09:30:04.120Z")
    '2026-01-05 09:30 UTC'
    """
    return _MINUTE.sub(r"\1 \2 UTC", moment)


def _require_token() -> None:
    if not current_site().issued(request.form.get("token", "")):
        raise BadRequest(STALE)
