"""A statement and the text that it has to follow from."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from qa.train.dataset.pairs import HELD_OUT_PERCENT, Kind

# The percent of the premises, behind the held-out ones, that are neither trained on nor measured by the training.
KEPT_ASIDE_PERCENT = 12


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement and a premise, and whether it follows; ``kind`` is its origin, ``source`` that of the texts."""

    premise: str
    text: str
    supported: bool
    kind: Kind
    source: str


def is_kept_aside(premise: str) -> bool:
    """Return whether the statements of a premise are kept for measuring what the network is used for."""
    return HELD_OUT_PERCENT <= zlib.crc32(premise.encode()) % 100 < HELD_OUT_PERCENT + KEPT_ASIDE_PERCENT
