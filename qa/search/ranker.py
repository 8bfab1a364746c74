"""The ranking of paragraphs for a question: candidates, a cheap ranking, late interaction for the best of it."""

from __future__ import annotations

from collections.abc import Sequence

from qa.core_pool import CorePool
from qa.protocols import Mask, Snapshot
from qa.search.candidates import candidate_rows, first_scores, search
from qa.search.fuse import Mix, Ranking, rank
from qa.search.question import Question
from qa.search.rerank import with_late_interaction

RERANK_DEPTH = 60
CHEAP = Mix(dense=1.0, lexical=1.0, article_dense=0.5, article_lexical=0.5, early=0.1)


def find(questions: Sequence[Question], snapshot: Snapshot, among: Mask | None, mix: Mix, cores: CorePool) -> Ranking:
    """Return all candidates ranked; those below the best of the cheap ranking follow in their order of the rest."""
    searches = [search(question, snapshot, among, cores) for question in questions]
    rows = candidate_rows(searches)
    interpretations = [first_scores(one, rows, snapshot) for one in searches]
    best = rank(rows, interpretations, CHEAP).rows[:RERANK_DEPTH]
    interpretations = with_late_interaction(interpretations, questions, rows, best, snapshot)
    return rank(rows, interpretations, mix)
