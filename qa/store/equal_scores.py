"""Scores that come out equal wherever they are computed, so that ties are ties and the row decides.

The sum of many products depends in its last bits on their order, and libraries choose that order by the size of what
they are given: by how many rows are asked for together, and by the segments in which an index happens to lie.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.protocols import Matrix, Vector

# Bits of a sum of single precision that its order does not change; the order changes some of the last of 24.
KEPT_BITS = 17


def cosines(vectors: Matrix, vector: Vector) -> Vector:
    """Return the inner product of each row (n, d) with a vector (d,), (n,): the sums are of double precision."""
    found: Vector = (vectors.astype(np.float64) @ vector.astype(np.float64)).astype(np.float32)
    return found


def keep_bits(scores: NDArray[Any]) -> Vector:
    """Return the scores rounded to KEPT_BITS significant bits.

    >>> keep_bits(np.array([0.3, 0.3 + 2**-26, 0.0])).tolist()
    [0.2999992370605469, 0.2999992370605469, 0.0]
    """
    fractions, exponents = np.frexp(scores)
    kept: Vector = np.ldexp(np.rint(np.ldexp(fractions, KEPT_BITS)), exponents - KEPT_BITS).astype(np.float32)
    return kept
