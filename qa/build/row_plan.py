"""Which paragraphs become rows of the index, and which are copies of a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.store.texts.fingerprints import ParagraphFingerprints
from qa.text.duplicates import canonical


@dataclass(frozen=True, slots=True)
class RowPlan:
    """paragraph_of (rows,): the paragraph of each row. row_of (paragraphs,): the row of each one or its original."""

    paragraph_of: NDArray[np.int64]
    row_of: NDArray[np.int64]

    def copies(self) -> Iterator[tuple[int, int]]:
        """Yield (paragraph, copy of it), by the numbers of both."""
        originals = self.paragraph_of[self.row_of]
        for copy in np.flatnonzero(originals != np.arange(len(originals))):
            yield int(originals[copy]), int(copy)


def plan_rows(fingerprints: ParagraphFingerprints) -> RowPlan:
    """Return the plan in which equal and nearly equal paragraphs share the row of the first one."""
    if len(fingerprints.keys) == 0:
        return RowPlan(np.empty(0, np.int64), np.empty(0, np.int64))
    first = canonical(fingerprints.keys, fingerprints.signatures)
    is_row = first == np.arange(len(first))
    return RowPlan(np.flatnonzero(is_row), (np.cumsum(is_row) - 1)[first])
