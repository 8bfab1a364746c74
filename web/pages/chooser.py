"""The chooser of a collection on every page, and the collection carried from page to page."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Flask, g

from qa.errors import UnknownCollection
from web.site import current_site, use_collection

# The pages that are about one collection; others leave it out of their address.
ABOUT_ONE = {"about", "adding", "article_pages", "source_pane", "tools"}
ABOUT_ONE_ALSO = {"pages.home", "conversation_pages.list_conversations"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A collection that can be chosen; ``reason`` says why it could not be opened."""

    name: str
    chosen: bool
    reason: str


def register(app: Flask) -> None:
    """Let every page show the chooser, and every address of a page about one collection name it."""
    app.url_defaults(_name_collection)
    app.jinja_env.globals.update(chosen_collection=chosen_collection, collection_choices=collection_choices)


def chosen_collection() -> str:
    """Return the name of the collection that this page is about, "" where a single folder has none."""
    if "collection" not in g:
        with suppress(UnknownCollection):
            use_collection(None)
    return (g.collection.name or "") if "collection" in g else ""


def collection_choices() -> list[Choice]:
    """Return the collections to choose from, none where there is only one."""
    collections = current_site().collections
    if len(collections) < 2:
        return []
    chosen = chosen_collection()
    return [Choice(one.name, one.name == chosen, one.failure) for one in collections if one.name is not None]


def _name_collection(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint.partition(".")[0] in ABOUT_ONE or endpoint in ABOUT_ONE_ALSO:
        name = chosen_collection()
        if name:
            values.setdefault("collection", name)
