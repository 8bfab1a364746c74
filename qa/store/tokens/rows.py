"""Where the parts of each row lie: one fixed-size record a row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.store.tokens.blocks import CHECK_SIZE

ROW = np.dtype(
    [
        ("article", "<i4"),
        ("block", "<i4"),
        ("paragraph", "<i8"),
        ("start", "<i8"),
        ("check", f"V{CHECK_SIZE}"),
        ("tokens", "<i4"),
    ]
)
"""article and paragraph: their numbers. block, start, tokens: where its token vectors lie; check: their digest."""

RowTable = NDArray[np.void]


def read_rows(path: Path) -> RowTable:
    """Return the table that a checked file holds."""
    return np.fromfile(path, ROW)
