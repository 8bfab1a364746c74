"""The articles and the past conversations beside a conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import Blueprint, get_template_attribute, request, url_for

from qa.conversations.store import ConversationEntry
from qa.protocols import Snapshot
from qa.records import Article, SkippedFile
from qa.search.listing import matching_articles
from qa.store.folder.manifest import recorded_folder
from web.pages.kept.conversations import listed
from web.site import current_collection, current_site

blueprint = Blueprint("source_pane", __name__)
ARTICLES_SHOWN = 50
CONVERSATIONS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class PaneArticle:
    """An article of the pane; ``copies`` are the titles of others with most of its text."""

    article: Article
    copies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourcePane:
    """What the pane shows: chosen articles first, then others, ``total`` in all; files not read; past conversations."""

    folder: str
    articles: tuple[PaneArticle, ...]
    chosen: Collection[str]
    total: int
    skipped: Sequence[SkippedFile]
    entries: tuple[ConversationEntry, ...]


@blueprint.get("/sources")
def list_sources() -> str:
    """Return the list of the pane, as markup for the script: articles with the words of ``search`` in name or text."""
    snapshot, chosen = current_collection().engine.snapshot, frozenset(request.args.getlist("articles"))
    search = request.args.get("search", "")[:200]
    found = matching_articles(snapshot, search, None, None)
    others = [one for one in snapshot.text.articles() if one.id in chosen]
    shown = _chosen_first([*others, *(one for one in found if one.id not in chosen)], chosen)
    return str(get_template_attribute("_sources.html", "source_list")(shown, chosen, len(found)))


def source_pane(chosen: Collection[str]) -> SourcePane:
    """Return the pane of a page on which these articles are chosen."""
    collection = current_collection()
    snapshot = collection.engine.snapshot
    articles = snapshot.text.articles()
    folder = recorded_folder(collection.settings.index) or collection.settings.articles
    entries = _past()
    return SourcePane(folder.name, _chosen_first(articles, chosen), chosen, len(articles), snapshot.skipped, entries)


@blueprint.get("/suggestions")
def list_suggestions() -> str:
    """Return suggested questions about the chosen articles, as markup for the script."""
    site, chosen = current_site(), request.args.getlist("articles")
    found = get_template_attribute("_suggestions.html", "suggestion_list")
    return str(found(suggested(chosen), chosen, url_for("pages.home"), site.form_token))


@blueprint.get("/past")
def list_past() -> str:
    """Return the past conversations of the pane, as markup for the script."""
    entries = _past()
    return str(get_template_attribute("_sources.html", "past_list")(entries, request.args.get("conversation", "")))


def suggested(chosen: Collection[str]) -> tuple[str, ...]:
    """Return suggested questions about those of the chosen articles that there are."""
    collection = current_collection()
    articles = collection.engine.snapshot.text.articles()
    return collection.suggestions.current(one.id for one in articles if one.id in chosen)


def _past() -> tuple[ConversationEntry, ...]:
    return listed("", 0, CONVERSATIONS_SHOWN)[1] if current_site().settings.keep else ()


def _chosen_first(articles: Sequence[Article], chosen: Collection[str]) -> tuple[PaneArticle, ...]:
    snapshot = current_collection().engine.snapshot
    shown = sorted(articles, key=lambda one: one.id not in chosen)[: max(ARTICLES_SHOWN, len(chosen))]
    copies, titles = _copies(snapshot, shown), {one.id: one.title for one in snapshot.text.articles()}
    return tuple(PaneArticle(one, tuple(titles[copy] for copy in copies[one.id])) for one in shown)


def _copies(snapshot: Snapshot, shown: Sequence[Article]) -> dict[str, list[str]]:
    """Return for each of these articles the others with at least half of its paragraphs.

    A repeated paragraph is one of its first article alone, which names the others.
    """
    shared: Counter[tuple[str, str]] = Counter()
    own: dict[str, int] = {}
    for article in shown:
        paragraphs = snapshot.paragraphs_of(article.id)
        own[article.id] = len(paragraphs)
        for paragraph in paragraphs:
            shared.update((article.id, other) for other in {place.article_id for place in paragraph.also_in})
    copies: dict[str, list[str]] = {one.id: [] for one in shown}
    for (first, other), count in shared.items():
        if first != other and 2 * count >= own[first]:
            copies[first].append(other)
        if first != other and other in own and count >= own[other]:
            copies[other].append(first)
    return copies
