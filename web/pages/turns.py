"""A turn of a conversation as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import get_template_attribute, url_for

from qa.conversations.store import KeptTurn, Scope
from qa.protocols import TextStore
from qa.records import Answer
from web.pages.kept.judging import Marks, read_marks
from web.pages.sources import Quotation, quotations
from web.site import current_collection, current_site


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn with its quotations; ``further`` are those after the first, grouped by article.

    ``conversation`` is "" for one that is not kept, ``kept`` are the ids of the quotations that are; ``verdict`` is
    what was said of the answer, if anything.
    """

    turn: int
    asked: str
    scope: Scope
    answer: Answer
    quotations: tuple[Quotation, ...]
    further: tuple[tuple[Quotation, ...], ...]
    conversation: str
    kept: frozenset[str]
    verdict: str


def view_turn(kept: KeptTurn, articles: TextStore, conversation: str, marks: Marks) -> TurnView:
    """Return the turn of this conversation, "" for one that is not kept, with what was done with it."""
    page = f"/c/{conversation}" if conversation else ""
    quoted = quotations(kept.answer, articles, page, kept.turn)
    further, verdict = group_by_article(quoted[1:]), marks.verdict(kept.turn, kept.answer.question)
    return TurnView(kept.turn, kept.asked, kept.scope, kept.answer, quoted, further, conversation, marks.kept, verdict)


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
    view = view_turn(kept, current_collection().engine.snapshot.text, conversation, read_marks(conversation))
    return str(get_template_attribute("_turn.html", "turn")(view, form_action(conversation), site.form_token))
