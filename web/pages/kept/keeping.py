"""Quotations that are kept while a conversation goes on: from a form, and as the pane lists them."""

from __future__ import annotations

from flask import Blueprint, get_template_attribute, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from qa.conversations.exports.formats import available_formats
from qa.conversations.quotations import KeptQuotation
from qa.errors import BadRequest
from web.pages.kept.conversations import STALE
from web.requests import whole_number
from web.site import current_site

blueprint = Blueprint("keeping", __name__)
LARGEST = 10**6


@blueprint.post("/c/<identifier>/keep")
def keep(identifier: str) -> AnyResponse:
    """Keep the quotation of the form, or keep it no longer."""
    site = current_site()
    if not site.issued(request.form.get("token", "")):
        raise BadRequest(STALE)
    if request.form.get("quotation"):
        site.quotations.drop(identifier, request.form["quotation"])
        return redirect(url_for("pages.conversation", identifier=identifier), 303)
    turn, marker = (whole_number(request.form, name, 0, 1, LARGEST) for name in ("turn", "marker"))
    site.quotations.keep(identifier, turn, marker)
    return redirect(url_for("pages.conversation", identifier=identifier, _anchor=f"m-{turn}-{marker}"), 303)


@blueprint.get("/c/<identifier>/quotations")
def list_kept(identifier: str) -> str:
    """Return the kept quotations as the pane shows them."""
    current_site().kept.read(identifier)
    kept = kept_quotations(identifier)
    token = current_site().form_token
    return str(get_template_attribute("_kept.html", "kept_list")(kept, identifier, token, available_formats()))


def kept_quotations(conversation: str) -> tuple[KeptQuotation, ...]:
    """Return what is kept in a conversation; "" is one that is not kept itself."""
    return current_site().quotations.kept_in(conversation) if conversation else ()
