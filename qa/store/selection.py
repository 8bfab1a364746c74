"""A scope as the rows of one generation that it lets through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.scope import Scope
from qa.store.protocols import Mask, ParagraphStore


@dataclass(frozen=True, slots=True)
class Selection:
    """The articles in a scope, by id, and the rows (rows,) that stand in one of them, as a copy too."""

    articles: frozenset[str]
    rows: Mask


def select(scope: Scope, text: ParagraphStore, article_of: NDArray[np.int32]) -> Selection:
    """Return what is in the scope; article_of (rows,) is the number of each row's article."""
    articles = text.places()
    inside: Mask = np.array([scope.holds(article) for article in articles], np.bool_)
    rows = inside[article_of]
    originals, standing_in = text.copies()
    rows[originals[inside[standing_in]]] = True
    return Selection(frozenset(one.id for one, is_in in zip(articles, inside.tolist(), strict=True) if is_in), rows)
