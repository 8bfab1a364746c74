"""How much of a sweep is run, and what it came to.

A sample by a fixed seed; with SWEEP=whole all of it, with SWEEP=100 a hundred cases of every kind.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

SWEEP = os.environ.get("SWEEP", "")
WHOLE = SWEEP == "whole"
SEED = 20260707

TALLY: Counter[str] = Counter()

Case = TypeVar("Case")


def sampled(cases: Sequence[Case], count: int) -> list[Case]:
    """Return `count` of the cases, always the same ones, in their order; SWEEP can set another number, or all."""
    count = int(SWEEP) if SWEEP.isdigit() else count
    if WHOLE or len(cases) <= count:
        return list(cases)
    chosen = random.Random(SEED).sample(range(len(cases)), count)  # noqa: S311 - a sample, not a secret
    return [cases[at] for at in sorted(chosen)]
