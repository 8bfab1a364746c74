"""Where the parts of each row lie: one record of fixed size per row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.store.tokens.blocks import CHECK_BYTES

ROW = np.dtype(
    [
        ("article", "<i4"),
        ("block", "<i4"),
        ("paragraph", "<i8"),
        ("start", "<i8"),
        ("check", f"V{CHECK_BYTES}"),
        ("tokens", "<i4"),
    ]
)
"""article, paragraph: numbers. block, start, tokens: the place of the token vectors. check: their digest."""

RowTable = NDArray[np.void]


def read_rows(path: Path) -> RowTable:
    """Return the table in a checked file."""
    return np.fromfile(path, ROW)
