"""The articles and the past conversations beside a conversation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import Blueprint, get_template_attribute, request

from qa.conversations.store import ConversationEntry
from qa.records import Article, SkippedFile
from qa.search.listing import matching_articles
from qa.store.folder.manifest import recorded_folder
from web.pages.conversations import listed
from web.site import current_site

blueprint = Blueprint("source_pane", __name__)
ARTICLES_SHOWN = 50
CONVERSATIONS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class SourcePane:
    """What the pane shows: chosen articles first, then others, ``total`` in all; files not read; past conversations."""

    folder: str
    articles: tuple[Article, ...]
    chosen: Collection[str]
    total: int
    skipped: Sequence[SkippedFile]
    entries: tuple[ConversationEntry, ...]


@blueprint.get("/sources")
def list_sources() -> str:
    """Return the list of the pane, as markup for the script: articles with the words of ``search`` in name or text."""
    snapshot, chosen = current_site().engine.snapshot, frozenset(request.args.getlist("articles"))
    search = request.args.get("search", "")[:200]
    found = matching_articles(snapshot, search, None, None)
    others = [one for one in snapshot.text.articles() if one.id in chosen]
    shown = _chosen_first([*others, *(one for one in found if one.id not in chosen)], chosen)
    return str(get_template_attribute("_sources.html", "source_list")(shown, chosen, len(found)))


def source_pane(chosen: Collection[str]) -> SourcePane:
    """Return the pane of a page on which these articles are chosen."""
    site = current_site()
    snapshot = site.engine.snapshot
    articles = snapshot.text.articles()
    folder = recorded_folder(site.settings.index) or site.settings.articles
    entries = listed("", 0, CONVERSATIONS_SHOWN)[1] if site.settings.keep else ()
    return SourcePane(folder.name, _chosen_first(articles, chosen), chosen, len(articles), snapshot.skipped, entries)


def _chosen_first(articles: Sequence[Article], chosen: Collection[str]) -> tuple[Article, ...]:
    return tuple(sorted(articles, key=lambda one: one.id not in chosen)[: max(ARTICLES_SHOWN, len(chosen))])
