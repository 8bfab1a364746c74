"""A turn of a conversation as the page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import get_template_attribute, url_for

from qa.conversations.quotations import KeptQuotation
from qa.conversations.store import KeptTurn, Scope
from qa.protocols import TextStore
from qa.records import Answer
from web.pages.keeping import kept_quotations
from web.pages.sources import Quotation, quotations
from web.site import current_site


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn with its quotations; ``further`` are those after the first, grouped by article.

    ``conversation`` is "" for one that is not kept, ``kept`` are the ids of the quotations that are.
    """

    turn: int
    asked: str
    scope: Scope
    answer: Answer
    quotations: tuple[Quotation, ...]
    further: tuple[tuple[Quotation, ...], ...]
    conversation: str
    kept: frozenset[str]


def view_turn(
    kept: KeptTurn, articles: TextStore, conversation: str, quotations_kept: Iterable[KeptQuotation]
) -> TurnView:
    """Return the turn of this conversation, "" for one that is not kept, in which these quotations are."""
    page = f"/c/{conversation}" if conversation else ""
    quoted = quotations(kept.answer, articles, page, kept.turn)
    further, ids = group_by_article(quoted[1:]), frozenset(one.id for one in quotations_kept)
    return TurnView(kept.turn, kept.asked, kept.scope, kept.answer, quoted, further, conversation, ids)


def group_by_article(quoted: Sequence[Quotation]) -> tuple[tuple[Quotation, ...], ...]:
    """Return the quotations of each article together, the articles in the order of their first one."""
    groups: dict[str, list[Quotation]] = {}
    for one in quoted:
        groups.setdefault(one.citation.article_id, []).append(one)
    return tuple(map(tuple, groups.values()))


def form_action(conversation: str) -> str:
    """Return where the forms of a conversation's page go."""
    if not conversation:
        return url_for("pages.home")
    return url_for("pages.conversation", identifier=conversation)


def render_turn(kept: KeptTurn, conversation: str) -> str:
    """Return the turn as markup, for the script that places it."""
    site = current_site()
    view = view_turn(kept, site.engine.snapshot.text, conversation, kept_quotations(conversation))
    return str(get_template_attribute("_turn.html", "turn")(view, form_action(conversation), site.form_token))
