"""The ranking of paragraphs for a question: candidates, a cheap ranking, late interaction for the best of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.protocols import Candidates, Snapshot
from qa.scope import Scope
from qa.search.contract import check_candidates, check_matches
from qa.search.question import Question
from qa.search.ranking.fuse import Mix, Ranking, rank
from qa.search.ranking.scores import Scores, cheap_scores, with_late_interaction

# Candidates that get late interaction: the best of the cheap ranking.
RERANK_DEPTH = 60
CHEAP = Mix(dense=1.0, lexical=1.0, article_dense=0.5, article_lexical=0.5, early=0.1)


@dataclass(frozen=True, slots=True)
class Ranked:
    """All candidates, their scores for each interpretation, and their ranking."""

    candidates: Candidates
    scores: Sequence[Scores]
    ranking: Ranking


def rank_candidates(questions: Sequence[Question], snapshot: Snapshot, scope: Scope | None, mix: Mix) -> Ranked:
    """Return all candidates ranked by the mix."""
    candidates = snapshot.search([question.query for question in questions], scope)
    check_candidates(candidates, len(questions))
    scores = [cheap_scores(table) for table in candidates.scores]
    best = rank(scores, CHEAP).places[:RERANK_DEPTH]
    tokens, rows = [question.encoded.tokens for question in questions], candidates.rows[best]
    matches = snapshot.best_matches(tokens, rows)
    check_matches(matches, tokens, rows)
    scores = [
        with_late_interaction(one, best, question.weights, matched)
        for one, question, matched in zip(scores, questions, matches, strict=True)
    ]
    return Ranked(candidates, scores, rank(scores, mix))
