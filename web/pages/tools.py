"""The pages beside asking: a draft checked against the articles, all mentions of a name."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from qa.check.drafts.draft import check_draft
from qa.check.drafts.records import DRAFT_CHARACTERS, CheckedDraft
from qa.mentions.mentions import find_mentions
from web.api.mentions import NAME_CHARACTERS
from web.pages.kept.conversations import STALE
from web.requests import number
from web.site import current_collection, current_site

PAGE = 50

blueprint = Blueprint("tools", __name__)


@blueprint.get("/tools")
def list_tools() -> str:
    """List what can be done besides asking."""
    return render_template("tools.html")


@blueprint.get("/check")
def show_check() -> AnyResponse:
    """Show the form that takes a draft."""
    return _check_page("")


@blueprint.post("/check")
def check() -> AnyResponse:
    """Show what of the draft in the form stands in the articles."""
    site = current_site()
    draft = request.form.get("draft", "").replace("\r\n", "\n")
    if not site.issued(request.form.get("token", "")):
        return _check_page(draft, notice=STALE)
    if not draft.strip():
        return _check_page(draft, notice="There is no text yet. Paste one.")
    if len(draft) > DRAFT_CHARACTERS:
        return _check_page(
            draft,
            notice=f"The text has {len(draft):,} characters; the limit is {DRAFT_CHARACTERS:,}. Check it in parts.",
        )
    return _check_page(draft, check_draft(draft, current_collection().engine.snapshot))


@blueprint.get("/mentions")
def list_mentions() -> str:
    """List the mentions of the name in the query string, or show the form that takes one."""
    name, page = request.args.get("name", "").strip()[:NAME_CHARACTERS], number("page", 1, 1, 10**6)
    found = find_mentions(name, current_collection().engine.snapshot, (page - 1) * PAGE, PAGE) if name else None
    pages = -(-found.total // PAGE) if found else 0
    return render_template("mentions.html", found=found, page=page, pages=pages)


def _check_page(draft: str, checked: CheckedDraft | None = None, notice: str = "") -> AnyResponse:
    page = render_template(
        "check.html",
        draft=draft,
        checked=checked,
        notice=notice,
        token=current_site().form_token,
        limit=DRAFT_CHARACTERS,
        words={"exact": "In the articles", "differs": "Different in the articles", "absent": "Not in the articles"},
    )
    return Response(page, 400 if notice else 200)
