"""Confidences that are judged on articles that they were not fitted to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from qa.answer.engine import Engine
from qa.errors import BadRequest
from qa.evaluate.calibrate import Example, examples, fit
from qa.evaluate.metrics import Outcome
from qa.evaluate.questions import EvaluationQuestion
from qa.evaluate.run import ask_all
from qa.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Fold:
    """Some of the articles: the places of the questions about them, and of those that share no article with these."""

    articles: tuple[str, ...]
    held_out: tuple[int, ...]
    fitted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FoldOutcomes:
    """The outcomes of a fold's questions, judged by a confidence with this threshold, fitted to the other questions."""

    fold: Fold
    threshold: float
    outcomes: tuple[Outcome, ...]


def split_by_article(articles: Sequence[Sequence[str]], count: int) -> list[Fold]:
    """Return the folds, with about the same number of questions in each.

    articles: those of each question, which is held out with the first of them. Raises BadRequest unless each fold can
    have an article.
    """
    sizes = Counter(names[0] for names in articles)
    if not 2 <= count <= len(sizes):
        raise BadRequest(f"The questions are about {len(sizes)} articles, so there cannot be {count} folds by article.")
    parts: list[list[str]] = [[] for _ in range(count)]
    filled = [0] * count
    for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        least = filled.index(min(filled))
        parts[least].append(name)
        filled[least] += size
    return [_fold(part, articles) for part in parts]


def _fold(part: Sequence[str], articles: Sequence[Sequence[str]]) -> Fold:
    held_out = tuple(place for place, names in enumerate(articles) if names[0] in part)
    shared = {name for place in held_out for name in articles[place]}
    fitted = tuple(place for place, names in enumerate(articles) if shared.isdisjoint(names))
    return Fold(tuple(sorted(part)), held_out, fitted)


def ask_by_folds(
    questions: Sequence[EvaluationQuestion], engine: Engine, count: int, progress: Progress
) -> list[FoldOutcomes]:
    """Return the outcomes of each fold: confidence and threshold are fitted to questions about other articles.

    A question without evidence is held out with the article of the first passage that is found for it. Raises
    BadRequest where the questions do not suffice.
    """
    read = []
    for done, question in enumerate(questions, 1):
        read.append(examples([question], engine, silent))
        progress("reading", done, len(questions))
    folds = split_by_article([_articles(one) for one in read], count)
    asked, judged = 0, []
    for fold in folds:
        confidence = fit([_both_kinds([example for place in fold.fitted for example in read[place]], fold)])
        held_out = [questions[place] for place in fold.held_out]
        outcomes = ask_all(held_out, engine.with_confidence(confidence), partial(_report, progress, asked, len(read)))
        judged.append(FoldOutcomes(fold, confidence.threshold, tuple(outcomes)))
        asked += len(outcomes)
    return judged


def _report(progress: Progress, before: int, questions: int, stage: str, done: int, _: int) -> None:
    """Report how many of all questions are done, where ``before`` is how many other folds have."""
    progress(stage, before + done, questions)


def _articles(found: Sequence[Example]) -> Sequence[str]:
    """Return the articles of a question; an empty name where no passage was found, so that nothing can be judged."""
    return found[0].articles if found else ("",)


def _both_kinds(found: list[Example], fold: Fold) -> list[Example]:
    """Return the examples; raises BadRequest where a confidence cannot be fitted to them."""
    if len({example.right for example in found}) < 2 or not any(example.answerable for example in found):
        raise BadRequest(
            f"Too few questions share no article with those about {', '.join(fold.articles)}: a confidence needs "
            "questions that are answered rightly and others that are not. Choose another number of --folds."
        )
    return found
