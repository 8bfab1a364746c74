"""A whole draft checked: each of its quotations and figures found in the articles, or not."""

from __future__ import annotations

from qa.check.drafts.claims import find_figures, find_quotations
from qa.check.drafts.figures import FigureCheck
from qa.check.drafts.quotations import check_quotations
from qa.check.drafts.records import CheckedDraft
from qa.check.drafts.sources import Library
from qa.protocols import Snapshot

# What one check takes, so that its time is bounded.
QUOTATIONS = 100
FIGURES = 200


def check_draft(draft: str, snapshot: Snapshot) -> CheckedDraft:
    """Return the quotations of the draft and its sentences with figures, each with its status and its sources.

    The first hundred quotations and two hundred sentences are checked.
    """
    library = Library(snapshot)
    quotations = list(find_quotations(draft))
    figures = list(find_figures(draft, quotations))
    checked = check_quotations(draft, quotations[:QUOTATIONS], library)
    figure_check = FigureCheck(library)
    checked += [claim for span in figures[:FIGURES] if (claim := figure_check.check(draft, span)) is not None]
    unchecked = len(quotations[QUOTATIONS:]) + len(figures[FIGURES:])
    return CheckedDraft(tuple(sorted(checked, key=lambda claim: claim.start)), unchecked, snapshot.info)
