"""The proof that a removed article is gone: what was looked for, and where anything of it is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.check.absent import Leftover, Traces, traces_of
from qa.protocols import Encoder


@dataclass(frozen=True, slots=True)
class AbsenceProof:
    """How many parts of sentences and words, which no other text has, were looked for, and what was found of them."""

    parts: int
    words: int
    leftovers: tuple[Leftover, ...]


def prove_absent(
    search: Callable[[Traces], Sequence[Leftover]], text: str, elsewhere: Sequence[str], encoder: Encoder
) -> AbsenceProof:
    """Look for all that only this text has, and the other texts have not; search returns the places that hold any."""
    traces = traces_of(text, elsewhere, encoder)
    return AbsenceProof(len(traces.parts), len(traces.words), tuple(search(traces)))
