"""Confidences by folds: no question is judged by what was fitted to questions about its articles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from qa.answer.confidence import Confidence
from qa.answer.engine import Engine
from qa.errors import BadRequest
from qa.evaluate import folds as folding
from qa.evaluate.calibrate import Example
from qa.evaluate.folds import Fold, ask_by_folds, split_by_article
from qa.evaluate.metrics import Outcome
from qa.evaluate.questions import EvaluationQuestion
from qa.progress import silent
from tests.cli.runs import run_here
from tests.evaluate.test_evaluate import outcome

SEEDS = Path(__file__).parents[1] / "data" / "seeds_a.jsonl"


def test_folds_are_about_as_large_and_fitted_to_questions_that_share_no_article() -> None:
    articles = [("a",), ("b", "c"), ("b",), ("c", "a"), ("a",), ("c",), ("d",)]
    assert split_by_article(articles, 2) == [
        Fold(("a", "c"), (0, 3, 4, 5), (2, 6)),
        Fold(("b", "d"), (1, 2, 6), (0, 4)),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_more_folds_than_articles_are_refused(count: int) -> None:
    with pytest.raises(BadRequest, match=f"about 2 articles, so there cannot be {count} folds"):
        split_by_article([("a",), ("b", "c"), ("b", "a")], count)


class FakeFitting:
    """Stands for reading, fitting and asking: the threshold of a confidence is the number of its examples."""

    def __init__(self, found: Sequence[Example], monkeypatch: pytest.MonkeyPatch) -> None:
        self.fitted: list[list[Example]] = []
        self.asked: list[tuple[list[str], Confidence]] = []
        by_id = {f"q{number}": one for number, one in enumerate(found)}
        monkeypatch.setattr(folding, "examples", lambda questions, *_: [by_id[one.id] for one in questions])
        monkeypatch.setattr(folding, "fit", self.fit)
        monkeypatch.setattr(folding, "ask_all", self.ask_all)

    def fit(self, sets: Sequence[list[Example]]) -> Confidence:
        self.fitted += sets
        return Confidence({}, 0.0, float(len(sets[0])))

    def ask_all(self, questions: Sequence[EvaluationQuestion], engine: Any, progress: Any) -> list[Outcome]:
        self.asked.append(([one.id for one in questions], engine.confidence))
        progress("asking", len(questions), len(questions))
        return [outcome(int(one.id[1:])) for one in questions]


def ask(found: Sequence[Example], count: int, progress: Any = silent) -> list[folding.FoldOutcomes]:
    questions = [EvaluationQuestion(f"q{number}", "?", "fact", one.answerable) for number, one in enumerate(found)]
    engine = SimpleNamespace(with_confidence=lambda confidence: SimpleNamespace(confidence=confidence))
    return ask_by_folds(questions, cast(Engine, engine), count, progress)


def test_each_question_is_asked_once_by_a_confidence_of_the_other_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Example({}, right, right, (name,)) for name in "ab" for right in (True, False)]
    found.append(Example({}, True, True, ("b",)))
    fitting, reported = FakeFitting(found, monkeypatch), []
    judged = ask(found, 2, lambda *done: reported.append(done))
    assert fitting.fitted == [found[:2], found[2:]]
    assert fitting.asked == [(["q2", "q3", "q4"], Confidence({}, 0.0, 2.0)), (["q0", "q1"], Confidence({}, 0.0, 3.0))]
    assert [(one.fold.articles, one.threshold) for one in judged] == [(("b",), 2.0), (("a",), 3.0)]
    assert [one.question.id for fold in judged for one in fold.outcomes] == ["q2", "q3", "q4", "q0", "q1"]
    assert reported == [*(("reading", n, 5) for n in range(1, 6)), ("asking", 3, 5), ("asking", 5, 5)]


def test_questions_that_are_all_of_one_kind_cannot_be_fitted_to(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Example({}, True, True, (name,)) for name in "ab"]
    FakeFitting(found, monkeypatch)
    with pytest.raises(BadRequest, match="Too few questions share no article with those about a: "):
        ask(found, 2)


def test_the_command_prints_figures_of_held_out_questions_and_of_each_fold(seeds_index: Path, tmp_path: Path) -> None:
    lines = SEEDS.read_text(encoding="utf-8").splitlines()[::2]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    words = ["eval", str(tmp_path / "questions.jsonl"), "--index", str(seeds_index), "--folds", "2"]
    ran = run_here(*words, "--json")
    assert (ran.code, ran.err) == (0, "")
    figures = json.loads(ran.out)
    folds = figures.pop("folds")
    assert len({name for fold in folds for name in fold["articles"]}) == sum(len(fold["articles"]) for fold in folds)
    answerable = sum(json.loads(line)["answerable"] for line in lines)
    assert figures["ALL"]["n"] == answerable
    assert all(0 < fold["fitted_to"] < len(lines) for fold in folds)
    table = run_here(*words).out
    assert "fitted to" in table
    assert folds[0]["articles"][0] in table.splitlines()[-2]


def test_more_folds_than_articles_are_refused_by_the_command(seeds_index: Path) -> None:
    ran = run_here("eval", str(SEEDS), "--index", str(seeds_index), "--folds", "9")
    assert ran.code == 2
    assert "about 5 articles, so there cannot be 9 folds by article" in ran.err
