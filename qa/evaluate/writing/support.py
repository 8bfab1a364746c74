"""Recall and precision of the citations of one sentence. Gao et al. 2023 (ALCE), section 3.

Recall asks whether the cited quotations say the sentence together. A citation counts for precision if they do, and if
either its quotation says the sentence alone or the others do not say it without that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Tells whether the quotations with these markers say a sentence together.
Supports = Callable[[Sequence[int]], bool]


@dataclass(frozen=True, slots=True)
class CitationScores:
    """Whether a sentence is said by what it cites, and for each of its citations whether that is needed."""

    recalled: bool
    precise: tuple[bool, ...]


def score_citations(markers: Sequence[int], supports: Supports) -> CitationScores:
    """Return the scores of a sentence with these markers.

    >>> score_citations([1, 2], lambda markers: 1 in markers)
    CitationScores(recalled=True, precise=(True, False))
    """
    if not markers or not supports(markers):
        return CitationScores(False, (False,) * len(markers))
    return CitationScores(True, tuple(_is_needed(marker, markers, supports) for marker in markers))


def _is_needed(marker: int, markers: Sequence[int], supports: Supports) -> bool:
    others = [other for other in markers if other != marker]
    return not others or supports([marker]) or not supports(others)
