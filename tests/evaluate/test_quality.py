"""Answers on the seed articles by the real model: no figure may fall by more than two questions."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from qa import factory
from qa.answer.engine import Engine
from qa.evaluate.metrics import figures
from qa.evaluate.questions import read_questions
from qa.evaluate.run import ask_all
from qa.progress import silent
from qa.requests import AskRequest, Turn
from qa.settings import Settings

QUESTIONS = Path(__file__).parents[1] / "data" / "seeds_a.jsonl"
ASKED_IN_README = (
    "How many criminal cases were opened against deserters in the first half of 2023?",
    "What is the hotline called?",
)
UNRELATED = "The bakery\n\nA bakery in the old town sells rye bread.\n\nThe oven is lit before dawn.\n"


def engine_over(articles: Path, index: Path, encoder_folder: Path) -> Engine:
    index.mkdir()
    shutil.copytree(encoder_folder, index / "encoder")
    settings = Settings(articles=articles, index=index)
    factory.build_index(settings, progress=silent)
    return factory.open_engine(settings)


@pytest.fixture(scope="module")
def engine(seeds: Path, seeds_index: Path) -> Engine:
    return factory.open_engine(Settings(articles=seeds, index=seeds_index))


@pytest.fixture(scope="module")
def larger(seeds: Path, encoder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The seeds with a copy of the paragraph on criminal cases in another article, and an article on bread."""
    folder = tmp_path_factory.mktemp("larger")
    shutil.copytree(seeds, folder / "articles")
    text = (seeds / "002_1ded21506dc76ab4.txt").read_text(encoding="utf-8")
    [copied] = [line for line in text.splitlines() if line.startswith("According to the independent media outlet")]
    (folder / "articles" / "zz.txt").write_text(f"Seen elsewhere\n\n{copied}\n", encoding="utf-8")
    (folder / "articles" / "zzz.txt").write_text(UNRELATED, encoding="utf-8")
    return engine_over(folder / "articles", folder / "index", encoder_folder)


@pytest.fixture(scope="module")
def measured(engine: Engine) -> Mapping[str, Mapping[str, float]]:
    return figures(ask_all(read_questions(QUESTIONS), engine, lambda stage, done, total: None))


@pytest.mark.parametrize(
    ("kind", "figure", "questions", "right"),
    [
        ("ALL", "hit@1", 115, 95),
        ("ALL", "hit@5", 115, 110),
        ("paraphrase", "hit@5", 25, 20),
        ("followup", "hit@1", 22, 20),
        ("ALL", "answer_in_quotes", 115, 98),
    ],
)
def test_answers_stay_as_good_as_they_were(
    measured: Mapping[str, Mapping[str, float]], kind: str, figure: str, questions: int, right: int
) -> None:
    assert measured[kind]["n"] == questions
    assert round(measured[kind][figure] * questions) >= right - 2


@pytest.mark.parametrize(("kind", "most"), [("off-topic", 0), ("boilerplate, chit-chat", 1)])
def test_what_the_articles_do_not_say_is_refused(
    measured: Mapping[str, Mapping[str, float]], kind: str, most: int
) -> None:
    assert round(measured[kind]["false_answer"] * measured[kind]["n"]) <= most + 2


def test_quotes_stay_short(measured: Mapping[str, Mapping[str, float]]) -> None:
    assert measured["ALL"]["mean_quote_chars"] <= 220


@pytest.mark.parametrize("question", ASKED_IN_README)
def test_an_unrelated_article_changes_no_first_quote(engine: Engine, larger: Engine, question: str) -> None:
    before, after = (one.ask(AskRequest(question)).citations[0] for one in (engine, larger))
    assert (after.quote, after.article_id) == (before.quote, before.article_id)


def test_a_copied_paragraph_changes_no_ranking_but_is_named(engine: Engine, larger: Engine) -> None:
    before, after = (one.ask(AskRequest(ASKED_IN_README[0])) for one in (engine, larger))
    assert [(p.article_id, p.start) for p in after.passages] == [(p.article_id, p.start) for p in before.passages]
    assert before.citations[0].also_in == ()
    [place] = after.citations[0].also_in
    assert larger.snapshot.text.article("zz").text[place.start : place.end] == after.citations[0].quote


def test_a_change_of_topic_is_read_alone_and_refused(engine: Engine) -> None:
    history = (Turn("What is the hotline called?", "And two months on, the ‘I Want To Live’ hotline is still there."),)
    answer = engine.ask(AskRequest("best pasta recipe", history=history))
    assert (answer.answered, answer.reading, answer.searched_for) == (False, "alone", "best pasta recipe")
