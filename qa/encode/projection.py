"""The matrix that makes the token vectors of a wide model narrower."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch


def read_projection(path: Path | None) -> torch.Tensor | None:
    """Return the matrix (w, t) of a file, None where a model's token vectors stay as they are."""
    return None if path is None else torch.from_numpy(np.load(path, allow_pickle=False).astype(np.float32))
