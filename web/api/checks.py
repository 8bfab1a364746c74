"""The JSON API: drafts checked against the articles."""

from __future__ import annotations

from flask import Blueprint, Response

from qa.check.drafts.draft import check_draft
from qa.check.drafts.records import CheckRequest
from web.api.questions import as_json
from web.requests import json_body
from web.site import use_collection

blueprint = Blueprint("checks", __name__)


@blueprint.post("/v1/check")
def check() -> Response:
    """Find each quotation and figure of a draft in the articles: exact, with differences, or not there."""
    asked = json_body(CheckRequest)
    return as_json(check_draft(asked.text, use_collection(asked.collection).engine.snapshot))
