"""The list of articles and the reader."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from markupsafe import Markup, escape

from qa.check.folder_state import FolderState, read_folder_state
from qa.protocols import Snapshot
from qa.records import Article, Place
from qa.search.listing import matching_articles
from web.pages.layout import headline, lay_out
from web.pages.sources import back_link, locate_marks
from web.requests import number
from web.site import current_collection

blueprint = Blueprint("article_pages", __name__)
PAGE = 50
# What was in the question's form before articles were chosen, and has to be there afterwards.
COMPOSER_FIELDS = ("conversation", "question", "since", "until")
_CONVERSATION = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article as the list shows it; ``words`` is its length."""

    article: Article
    words: int


@dataclass(frozen=True, slots=True)
class Shared:
    """Another article with text of this one: how many paragraphs, and the first place there."""

    article: Article
    paragraphs: int
    place: Place


@blueprint.get("/articles")
def list_articles() -> str:
    """List the articles by id, those with the words of ``search`` in title, file name or text.

    The list is a form: articles that are chosen in it, here or on another page of it, are asked by the next question.
    """
    search, page = request.args.get("search", ""), number("page", 1, 1, 10**6)
    snapshot = current_collection().engine.snapshot
    text, found = snapshot.text, matching_articles(snapshot, search[:200], None, None)
    lines = [_line(text.article(one.id)) for one in found[(page - 1) * PAGE : page * PAGE]]
    chosen = dict.fromkeys(request.args.getlist("articles"))
    identifier = request.args.get("conversation", "")
    return render_template(
        "articles.html",
        lines=lines,
        total=len(found),
        search=search,
        page=page,
        pages=max(1, -(-len(found) // PAGE)),
        chosen=chosen,
        elsewhere=[one for one in chosen if one not in {line.article.id for line in lines}],
        conversation=identifier if _CONVERSATION.fullmatch(identifier) else "",
        skipped=current_collection().engine.snapshot.skipped,
        outdated=_describe_outdated(read_folder_state(current_collection().settings.index)),
        kept={name: request.args.get(name, "") for name in COMPOSER_FIELDS},
    )


def _describe_outdated(state: FolderState | None) -> str:
    """Return in a sentence how the folder differs from the index, "" where it does not or nothing is known of it."""
    if state is None or state.current or not (state.missing or state.recorded):
        return ""
    if state.missing:
        return "The folder of the articles is not there: these are the articles as they were last read."
    return f"The folder has changed since it was last read: {state.describe_changes()}."


@blueprint.get("/articles/<path:article_id>")
def read_article(article_id: str) -> str:
    """Show one article, with the quotation of the query string marked where it stands now."""
    snapshot = current_collection().engine.snapshot
    article = snapshot.text.article(article_id)
    marks = locate_marks(article, request.args, request.args.getlist("also"))
    sections = lay_out(article, marks.spans)
    return render_template(
        "article.html",
        article=article,
        marks=marks,
        sections=sections,
        headline=headline(article, sections),
        quote=request.args.get("quote", ""),
        back=back_link(request.args),
        shared=shared_text(snapshot, article),
        words=len(article.text.split()),
    )


def shared_text(snapshot: Snapshot, article: Article) -> list[Shared]:
    """Return the other articles that carry paragraphs of this one, those with the most first."""
    listed = snapshot.text.articles()
    places = [
        place for one in snapshot.paragraphs_of(article.id) for place in one.also_in if place.article_id != article.id
    ]
    return _shared(listed, places)


@blueprint.app_template_filter("verbatim")
def verbatim(text: str) -> Markup:
    """Return the text escaped so that a browser's document holds it to the letter, carriage returns included."""
    return Markup(str(escape(text)).replace("\r", "&#13;"))  # noqa: S704 - escaped in the same expression


@blueprint.app_template_filter("short")
def short(text: str, length: int = 160) -> str:
    """Return a title that fits its place: the start of it, with an ellipsis where something is left out."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def _line(article: Article) -> ArticleLine:
    return ArticleLine(article, len(article.text.split()))


def _shared(listed: Sequence[Article], places: Sequence[Place]) -> list[Shared]:
    by_id = {one.id: one for one in listed}
    counts = Counter(place.article_id for place in places)
    first = {place.article_id: place for place in reversed(places)}
    return [Shared(by_id[one], count, first[one]) for one, count in counts.most_common() if one in by_id]
