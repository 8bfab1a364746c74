"""What this site is: its articles, its model, what it can do and what not."""

from __future__ import annotations

from importlib.metadata import version

from flask import Blueprint, render_template

from qa.requests import HISTORY_LIMIT, QUESTION_LIMIT
from qa.settings import Settings
from qa.store.folder.manifest import recorded_folder
from web.site import current_site

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def describe() -> str:
    """Say which articles are asked, by which model, within which limits."""
    site = current_site()
    info = site.engine.snapshot.info
    return render_template(
        "about.html",
        folder=folder_name(site.settings),
        info=info,
        version=version("qa-articles"),
        question_limit=QUESTION_LIMIT,
        history_limit=HISTORY_LIMIT,
    )


def folder_name(settings: Settings) -> str:
    """Return the folder that the index was built from, as a path only where this machine alone can ask."""
    folder = recorded_folder(settings.index) or settings.articles
    return folder.name if settings.token or settings.url else str(folder)
