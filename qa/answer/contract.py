"""The contract of a reader, checked on what it returns: one that breaks it is refused with both values named."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.answer.reader import Candidate, Quote, ReadPassage
from qa.errors import ContractBroken


def check_read(read: Sequence[ReadPassage], candidates: Sequence[Candidate]) -> None:
    """Raise ContractBroken unless every candidate was read, in the order given."""
    if len(read) != len(candidates):
        raise ContractBroken(f"The reader returned {len(read)} passages for {len(candidates)}.")
    for found, candidate in zip(read, candidates, strict=True):
        if found.candidate is not candidate:
            rows = found.candidate.paragraph.row, candidate.paragraph.row
            raise ContractBroken(f"The reader returned row {rows[0]} in the place of row {rows[1]}.")
        sentences = len(candidate.paragraph.sentences)
        if found.sentences.shape != (sentences,):
            raise ContractBroken(
                f"The reader returned scores of shape {found.sentences.shape} for {sentences} sentences."
            )
        numbers = found.score, found.relevant, found.answerable
        if not all(map(math.isfinite, numbers)):
            raise ContractBroken(f"The reader returned score and log odds {numbers}; all of them are finite.")


def check_quote(quote: Quote, passage: ReadPassage) -> None:
    """Raise ContractBroken unless the quote is a range of the passage that was read."""
    paragraph = passage.candidate.paragraph
    if quote.paragraph is not paragraph:
        raise ContractBroken(f"The reader quoted row {quote.paragraph.row} for row {paragraph.row}.")
    if not paragraph.start <= quote.start < quote.end <= paragraph.end:
        raise ContractBroken(
            f"The reader quoted {quote.start} to {quote.end} of a paragraph from {paragraph.start} to {paragraph.end}."
        )
