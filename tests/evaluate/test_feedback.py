"""Judged answers become a set of questions that an evaluation reads."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from qa.conversations.feedback import FeedbackStore, Quoted
from qa.conversations.store import ConversationStore, Scope
from qa.evaluate.feedback import as_lines, judged_questions
from qa.evaluate.questions import OTHER, read_questions
from qa.evaluate.run import ask_all
from qa.progress import silent
from qa.requests import AskRequest
from qa.settings import Settings
from tests.cli.runs import run_program
from tests.web.fakes import FakeEngine, FakeText, article, fake_articles

CASES = "How many criminal cases against deserters?"
CASES_QUOTE = "In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters."
HARVEST_QUOTE = "The harvest fell by 12 percent in 2022."
PASTA = "Best pasta recipe?"


class Asking:
    """A conversation whose answers are judged."""

    def __init__(self, folder: Path) -> None:
        self.engine = FakeEngine()
        self.conversations, self.feedback = ConversationStore(folder), FeedbackStore(folder)
        self.id = self.conversations.create(owner="a").id

    def ask(self, question: str, scope: Scope | None = None, searched_for: str | None = None) -> int:
        answer = self.engine.ask(AskRequest(question, searched_for=searched_for))
        return self.conversations.add(self.id, answer, scope=scope or Scope()).turn


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


def test_each_verdict_is_a_question_with_its_right_answer(asking: Asking, tmp_path: Path) -> None:
    asking.feedback.give(asking.id, asking.ask(CASES), "right")
    asking.feedback.give(asking.id, asking.ask(PASTA), "right")
    wrong = asking.ask(CASES, Scope(("farms/harvest",), "2022-01-01", None))
    asking.feedback.give(asking.id, wrong, "wrong", Quoted("farms/harvest", HARVEST_QUOTE))
    asking.feedback.give(asking.id, asking.ask(CASES), "unanswerable")
    asking.feedback.give(asking.id, asking.ask("That?", searched_for=CASES), "right")
    judged = judged_questions(asking.feedback.all(), FakeText(fake_articles()))
    (tmp_path / "judged.jsonl").write_bytes(as_lines(judged.questions))
    read = read_questions(tmp_path / "judged.jsonl")
    assert read == list(judged.questions)
    assert [
        (one.id, one.question, one.kind, one.answerable, [(e.article, e.quote) for e in one.evidence]) for one in read
    ] == [
        ("feedback-1", CASES, "called right", True, [("deserters", CASES_QUOTE)]),
        ("feedback-2", PASTA, "called right", False, []),
        ("feedback-3", CASES, "called wrong", True, [("farms/harvest", HARVEST_QUOTE)]),
        ("feedback-4", CASES, "called wrong", False, []),
        ("feedback-5", CASES, "called right", True, [("deserters", CASES_QUOTE)]),
    ]
    assert [len(one.history) for one in read] == [0, 1, 2, 3, 0]
    assert (read[2].articles, read[2].since, read[2].until) == (("farms/harvest",), "2022-01-01", None)
    outcomes = ask_all(read, asking.engine, silent)
    assert [one.answer.answered for one in outcomes] == [True, False, True, True, True]
    assert asking.engine.requests[-3].articles == ("farms/harvest",)


def test_what_says_no_right_answer_is_left_out_and_counted(asking: Asking) -> None:
    asking.feedback.give(asking.id, asking.ask(CASES), "wrong")
    asking.feedback.give(asking.id, asking.ask(CASES), "right")
    edited = FakeText([article("deserters", "Soldiers\n\nNothing of it.\n")])
    judged = judged_questions(asking.feedback.all(), edited)
    assert (judged.questions, judged.unexplained, judged.outdated) == ((), 1, 1)


def test_the_last_verdict_on_a_question_counts_and_nothing_is_overwritten(asking: Asking) -> None:
    turn = asking.ask(CASES)
    asking.feedback.give(asking.id, turn, "wrong")
    asking.feedback.give(asking.id, turn, "right")
    assert [(number, one.verdict) for number, one in asking.feedback.all()] == [(2, "right")]
    asking.conversations.add(asking.id, asking.engine.ask(AskRequest(PASTA)), turn)
    asking.feedback.give(asking.id, turn, "right")
    assert [one.question for _, one in asking.feedback.all()] == [CASES, PASTA]
    assert asking.feedback.given_in(asking.id)[turn].question == PASTA


def test_feedback_belongs_to_its_conversation(asking: Asking) -> None:
    asking.feedback.give(asking.id, asking.ask(CASES), "right")
    assert [len(asking.feedback.all(owner)) for owner in ("a", "b", None)] == [1, 0, 1]
    asking.conversations.delete(asking.id)
    assert asking.feedback.all() == []


def test_the_evaluation_reads_what_the_command_prints(seeds_index: Path, tmp_path: Path) -> None:
    from qa.factory import open_engine

    engine = open_engine(Settings(index=seeds_index))
    conversations, feedback = ConversationStore(tmp_path / "data"), FeedbackStore(tmp_path / "data")
    conversation = conversations.create().id
    for question in ("How many criminal cases were opened against deserters in the first half of 2023?", PASTA):
        feedback.give(conversation, conversations.add(conversation, engine.ask(AskRequest(question))).turn, "right")
    engine.close()
    run = partial(run_program, QA_INDEX=seeds_index, QA_DATA=tmp_path / "data")
    printed = run("feedback")
    assert (printed.code, printed.err) == (0, "2 judged answers\n")
    (tmp_path / "judged.jsonl").write_text(printed.out)
    evaluated = run("eval", "--json", str(tmp_path / "judged.jsonl"))
    assert evaluated.code == 0, evaluated.err
    figures = json.loads(evaluated.out)
    assert {kind: one["n"] for kind, one in figures.items()} == {"called right": 1, OTHER: 1, "ALL": 1}
    assert figures["called right"]["hit@1"] == 1
