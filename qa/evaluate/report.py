"""Figures as a table, and the list of questions that were missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qa.evaluate import metrics
from qa.evaluate.folds import FoldOutcomes
from qa.evaluate.metrics import ALL, Outcome

COLUMNS = (
    "n",
    "hit@1",
    "hit@3",
    "hit@5",
    "mrr@10",
    "article_hit@1",
    "article_ndcg@10",
    "answer_in_first_quote",
    "answer_in_quotes",
    "quotes_evidence",
    "answered",
    "disagreement",
    "false_answer",
)
FOLD_COLUMNS = (
    "n",
    "fitted_to",
    "threshold",
    "hit@1",
    "answer_in_quotes",
    "answered",
    "false_answer",
    "auroc",
)
# How many articles of a fold the table names.
NAMED_ARTICLES = 3
HEADINGS = {
    "fitted_to": "fitted to",
    "article_hit@1": "art@1",
    "article_ndcg@10": "ndcg@10",
    "answer_in_first_quote": "quote 1",
    "answer_in_quotes": "quotes",
    "quotes_evidence": "evidence",
    "disagreement": "disagree",
    "false_answer": "false",
}


def table(figures: Mapping[str, Mapping[str, float]]) -> str:
    """Return a table with one line per kind, ALL last, and the figures of the whole set below it."""
    kinds = [kind for kind in figures if kind != ALL] + [ALL]
    width = max(len(kind) for kind in kinds)
    lines = [" ".join([" " * width, *(f"{HEADINGS.get(name, name):>8}" for name in COLUMNS)])]
    lines += [" ".join([f"{kind:{width}}", *(_cell(figures[kind], name) for name in COLUMNS)]) for kind in kinds]
    overall = {name: value for name, value in figures[ALL].items() if name not in COLUMNS}
    lines += ["", "  ".join(f"{name} {value:.3f}" for name, value in overall.items())]
    return "\n".join(lines)


def fold_figures(folds: Sequence[FoldOutcomes]) -> list[dict[str, Any]]:
    """Return for each fold its articles, to how many questions the confidence was fitted, and the figures."""
    return [
        {
            "articles": one.fold.articles,
            "fitted_to": len(one.fold.fitted),
            "threshold": one.threshold,
            **metrics.figures(one.outcomes)[ALL],
        }
        for one in folds
    ]


def fold_table(folds: Sequence[FoldOutcomes]) -> str:
    """Return a table with one line per fold."""
    lines = ["fold " + " ".join(f"{HEADINGS.get(name, name):>9}" for name in FOLD_COLUMNS) + "  articles"]
    for number, one in enumerate(fold_figures(folds), 1):
        cells = [f"{_cell(one, name):>9}" for name in FOLD_COLUMNS]
        lines.append(f"{number:4} " + " ".join(cells) + "  " + _some(one["articles"]))
    return "\n".join(lines)


def _some(articles: Sequence[str]) -> str:
    more = f" and {len(articles) - NAMED_ARTICLES} more" if len(articles) > NAMED_ARTICLES else ""
    return ", ".join(articles[:NAMED_ARTICLES]) + more


def _cell(figures: Mapping[str, float], name: str) -> str:
    if name not in figures:
        return f"{'':>8}"
    return f"{figures[name]:8.0f}" if name in {"n", "fitted_to"} else f"{figures[name]:8.3f}"


def misses(outcomes: Sequence[Outcome]) -> list[str]:
    """Return one line per missed question: id, kind, what went wrong, the question."""
    return [
        f"{o.question.id}\t{o.question.group}\t{wrong}\t{o.question.question}" for o in outcomes if (wrong := _wrong(o))
    ]


def _wrong(outcome: Outcome) -> str:
    if not outcome.question.answerable:
        return f"answered ({outcome.answer.confidence:.2f})" if outcome.answer.answered else ""
    if not outcome.answer.answered:
        return f"refused ({outcome.answer.confidence:.2f}), rank {outcome.rank or '-'}"
    return "" if outcome.rank == 1 else f"rank {outcome.rank or '-'}"
