"""Figures for answered questions: retrieval, quotes, refusal and time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import ir_measures
import numpy as np
from ir_measures import RR, Success, nDCG
from sklearn.metrics import roc_auc_score

from qa.evaluate.questions import NEAR, EvaluationQuestion, Gold
from qa.records import Answer, Citation

QUOTES = 3
ALL = "ALL"
PASSAGE_MEASURES = {"hit@1": Success @ 1, "hit@3": Success @ 3, "hit@5": Success @ 5, "mrr@10": RR @ 10}
ARTICLE_MEASURES = {"article_hit@1": Success @ 1, "article_ndcg@10": nDCG @ 10}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question of a set, the places that answer it, and the Answer it got."""

    question: EvaluationQuestion
    gold: Gold
    answer: Answer

    @property
    def quotes(self) -> tuple[Citation, ...]:
        return self.answer.citations[:QUOTES] if self.answer.answered else ()

    @property
    def rank(self) -> int:
        """Return the rank of the first passage that hits, 0 when none of the first ten does."""
        hits = (p.rank for p in self.answer.passages[:10] if self.gold.hit(p.article_id, p.start, p.end))
        return next(hits, 0)


def figures(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    """Return the mean of every figure per kind of question, and over all under ALL.

    Shares are in [0, 1], lengths in code points, times in milliseconds.
    """
    collected: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    retrieval = _retrieval([outcome for outcome in outcomes if outcome.question.answerable])
    for outcome in outcomes:
        own = retrieval[outcome.question.id] | _answer(outcome) if outcome.question.answerable else _refusal(outcome)
        for kind in (outcome.question.group, ALL):
            for name, value in own.items():
                collected[kind][name].append(value)
    means = {kind: {name: fmean(v) for name, v in values.items()} for kind, values in collected.items()}
    for kind, values in collected.items():
        means[kind]["n"] = max(len(v) for v in values.values())
    means[ALL] |= _overall(outcomes)
    return means


def _retrieval(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    """Return the retrieval figures of each answerable question by its id."""
    passages, passage_gold, articles, article_gold = [], [], [], []
    for outcome in outcomes:
        key = outcome.question.id
        for passage in outcome.answer.passages:
            place = f"{passage.article_id} {passage.start}-{passage.end}"
            passages.append(ir_measures.ScoredDoc(key, place, -passage.rank))
            if outcome.gold.hit(passage.article_id, passage.start, passage.end):
                passage_gold.append(ir_measures.Qrel(key, place, 1))
        for rank, article_id in enumerate(dict.fromkeys(p.article_id for p in outcome.answer.passages)):
            articles.append(ir_measures.ScoredDoc(key, article_id, -rank))
        article_gold += [ir_measures.Qrel(key, article_id, 1) for article_id in sorted(outcome.gold.articles)]
    found: dict[str, dict[str, float]] = {
        outcome.question.id: dict.fromkeys([*PASSAGE_MEASURES, *ARTICLE_MEASURES], 0.0) for outcome in outcomes
    }
    for measures, relevant, run in (
        (PASSAGE_MEASURES, passage_gold, passages),
        (ARTICLE_MEASURES, article_gold, articles),
    ):
        names = {measure: name for name, measure in measures.items()}
        for metric in ir_measures.iter_calc(list(names), relevant, run) if relevant else ():
            found[metric.query_id][names[metric.measure]] = float(metric.value)
    return found


def _answer(outcome: Outcome) -> dict[str, float]:
    hits = [any(says(quote.quote, answer) for answer in outcome.question.answers) for quote in outcome.quotes]
    own = {
        "answered": float(outcome.answer.answered),
        "quotes_evidence": float(any(outcome.gold.hit(q.article_id, q.start, q.end) for q in outcome.quotes)),
        "disagreement": float(outcome.answer.disagreement),
    }
    if outcome.question.answers:
        own |= {"answer_in_first_quote": float(any(hits[:1])), "answer_in_quotes": float(any(hits))}
    return own


def _refusal(outcome: Outcome) -> dict[str, float]:
    return {"false_answer": float(outcome.answer.answered)}


def says(quote: str, answer: str) -> bool:
    """Return whether a text has an accepted answer, whatever its case and punctuation."""
    return f" {_plain(answer)} " in f" {_plain(quote)} "


def _plain(text: str) -> str:
    return re.sub(r"[^\w]+", " ", text.lower().replace("’", "'")).strip()


def _overall(outcomes: Sequence[Outcome]) -> dict[str, float]:
    lengths = [len(quote.quote) for outcome in outcomes for quote in outcome.quotes]
    times = [outcome.answer.took_ms for outcome in outcomes]
    overall = {
        "mean_quote_chars": fmean(lengths) if lengths else 0.0,
        "median_ms": float(np.median(times)),
        "p99_ms": float(np.percentile(times, 99)),
    }
    for name, unanswerable in (
        ("auroc", [o for o in outcomes if not o.question.answerable]),
        ("auroc_near", [o for o in outcomes if o.question.group == NEAR]),
    ):
        area = auroc([o for o in outcomes if o.question.answerable], unanswerable)
        if area is not None:
            overall[name] = area
    return overall


def auroc(positive: Sequence[Outcome], negative: Sequence[Outcome]) -> float | None:
    """Return the AUROC of the confidence, answerable against unanswerable; None when one side is empty."""
    if not positive or not negative:
        return None
    labels = [1] * len(positive) + [0] * len(negative)
    return float(roc_auc_score(labels, [outcome.answer.confidence for outcome in (*positive, *negative)]))


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The share of wrong answers among the answered questions, most confident first, each (n,)."""

    coverage: tuple[float, ...]
    risk: tuple[float, ...]


def right(outcome: Outcome) -> bool:
    """Return whether the first passage answers the question, so that quoting it would be right."""
    return outcome.question.answerable and outcome.rank == 1


def risk_coverage(outcomes: Iterable[Outcome]) -> RiskCoverage:
    """Return the curve over all confidences. El-Yaniv and Wiener 2010, section 2."""
    ordered = sorted(outcomes, key=lambda outcome: -outcome.answer.confidence)
    wrong = np.cumsum([not right(outcome) for outcome in ordered])
    counts = np.arange(1, len(ordered) + 1)
    return RiskCoverage(tuple((counts / len(ordered)).tolist()), tuple((wrong / counts).tolist()))


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of similar confidence: their mean confidence, the share that was right, and their number."""

    promised: float
    kept: float
    count: int


def reliability(outcomes: Sequence[Outcome], bins: int = 10) -> tuple[Bin, ...]:
    """Return filled bins of equal width over the confidence. Guo et al. 2017, section 2."""
    filled: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        filled[min(int(outcome.answer.confidence * bins), bins - 1)].append(outcome)
    return tuple(
        Bin(fmean(o.answer.confidence for o in inside), fmean(right(o) for o in inside), len(inside))
        for _, inside in sorted(filled.items())
    )
