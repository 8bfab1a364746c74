"""What this site is: its articles, its model, what it can do and what not."""

from __future__ import annotations

from importlib.metadata import version

from flask import Blueprint, render_template

from qa.requests import HISTORY_LIMIT, QUESTION_LIMIT
from web.served import folder_name
from web.site import current_collection

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def describe() -> str:
    """Say which articles are asked, by which model, within which limits."""
    collection = current_collection()
    info = collection.engine.snapshot.info
    return render_template(
        "about.html",
        folder=folder_name(collection.settings),
        info=info,
        version=version("qa-articles"),
        question_limit=QUESTION_LIMIT,
        history_limit=HISTORY_LIMIT,
    )
