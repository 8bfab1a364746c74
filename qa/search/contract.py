"""The contract of a snapshot, checked on what it returns: an index that breaks it is refused with both values named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa.errors import ContractBroken
from qa.protocols import CHEAP_SCORES, Candidates, Matches, Matrix, Rows, StoredParagraph, StoredTokens


def check_candidates(candidates: Candidates, queries: int) -> None:
    """Raise ContractBroken unless the candidates fit this number of queries."""
    rows, tables = candidates.rows, candidates.scores
    if len(tables) != queries:
        raise ContractBroken(f"The index returned {len(tables)} tables of scores for {queries} queries.")
    for table in tables:
        if table.shape != (len(rows), len(CHEAP_SCORES)):
            shape = table.shape
            raise ContractBroken(
                f"The index returned scores of shape {shape} for {len(rows)} rows and {len(CHEAP_SCORES)} scores."
            )
    if len(candidates.kinds) != len(rows):
        raise ContractBroken(f"The index returned {len(candidates.kinds)} kinds of paragraphs for {len(rows)} rows.")
    for place in np.flatnonzero(rows[1:] <= rows[:-1])[:1].tolist():
        raise ContractBroken(f"The index returned row {rows[place + 1]} after row {rows[place]}; rows ascend.")


def check_matches(matches: Sequence[Matches], questions: Sequence[Matrix], rows: Rows) -> None:
    """Raise ContractBroken unless the matches are those of these questions in these rows."""
    if len(matches) != len(questions):
        raise ContractBroken(f"The index returned {len(matches)} matches for {len(questions)} questions.")
    for found, question in zip(matches, questions, strict=True):
        for part in (found.own, found.around):
            if part.shape != (len(question), len(rows)):
                raise ContractBroken(
                    f"The index returned matches of shape {part.shape} for {len(question)} tokens and {len(rows)} rows."
                )


def check_texts(paragraphs: Sequence[StoredParagraph], tokens: Sequence[StoredTokens], rows: Rows, depth: int) -> None:
    """Raise ContractBroken unless the paragraphs are those of the rows, the first ``depth`` of them with tokens."""
    read = [paragraph.row for paragraph in paragraphs]
    if read != rows.tolist():
        raise ContractBroken(f"The index read rows {read} for rows {rows.tolist()}.")
    if len(tokens) != min(depth, len(rows)):
        raise ContractBroken(f"The index read the tokens of {len(tokens)} rows for {min(depth, len(rows))}.")
