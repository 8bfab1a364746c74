"""Suggested questions: which are made, and that they are computed once for each generation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from qa.conversations import suggestions
from qa.conversations.suggestions import Suggestions, possible_questions, suggest
from qa.errors import IndexCorrupt
from tests.web.fakes import FakeEngine, article, fake_site

PEOPLE = (
    "A meeting\n\nBo Li, a painter, met farmers. John Smith said that prices fell sharply.\n\n"
    "There was silence when John Smith told farmers what happened.\n"
)
SUGGESTED = ("What did John Smith say?",)


@dataclass
class FakeNumberedEngine(FakeEngine):
    """A fake engine whose generation can be changed."""

    generation: str = "g1"

    @property
    def snapshot(self) -> Any:
        before = super().snapshot
        return replace(before, info=replace(before.info, generation=self.generation))


@pytest.fixture
def engine() -> FakeNumberedEngine:
    return FakeNumberedEngine(articles=[article("people", PEOPLE)])


def test_names_that_are_introduced_or_speak_are_asked_about_the_most_frequent_first() -> None:
    more = article("more", "A talk\n\nAnna Berg said nothing new.\n")
    assert possible_questions([more, article("people", PEOPLE)]) == [
        ("who", "Who is Bo Li?", "Bo Li"),
        ("said", "What did John Smith say?", "John Smith"),
        ("said", "What did Anna Berg say?", "Anna Berg"),
    ]


KINDS = (
    "A harbour\n\nIn all, 1,204 boats were damaged in the storm. The Karsund dam was opened on 6 June 1974.\n\n"
    "The ferry was stopped because the ice had closed the harbour. Olaf Berg, a fisher, said that he was sorry.\n\n"
    "In 1998 elections were held. Prices were raised in 2022.\n"
)


def test_every_kind_of_question_is_made_and_the_kinds_take_turns() -> None:
    assert possible_questions([article("harbour", KINDS)]) == [
        ("who", "Who is Olaf Berg?", "Olaf Berg"),
        ("how many", "How many boats were damaged in the storm?", "1,204"),
        ("why", "Why was the ferry stopped?", "because"),
    ]
    dam = article("dam", "A dam\n\nThe old dam was opened on 6 June 1974.\n\nOla Vik Dahl was elected in 2019.\n")
    assert possible_questions([dam]) == [
        ("when", "When was the old dam opened?", "6 June 1974"),
        ("when", "When was Ola Vik Dahl elected?", "2019"),
    ]


def test_questions_about_chosen_articles_are_answered_from_them_alone() -> None:
    engine = FakeEngine(articles=[article("people", PEOPLE), article("harbour", KINDS)])
    shared = Suggestions(engine)
    boats, ferry = "How many boats were damaged in the storm?", "Why was the ferry stopped?"
    assert shared.current(["harbour"]) == ("Who is Olaf Berg?", boats, ferry)
    assert {request.articles for request in engine.requests} == {("harbour",)}
    asked = len(engine.requests)
    assert shared.current(["harbour"]) == shared.current(iter(["harbour"]))
    assert len(engine.requests) == asked


def test_only_questions_that_are_answered_about_their_name_are_suggested(engine: FakeNumberedEngine) -> None:
    assert suggest(engine) == SUGGESTED
    assert [request.question for request in engine.requests] == ["Who is Bo Li?", "What did John Smith say?"]


def test_all_visitors_of_a_generation_share_one_computation(engine: FakeNumberedEngine) -> None:
    shared = Suggestions(engine)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: shared.current(), range(16)))
    assert set(found) == {SUGGESTED}
    assert len(engine.requests) == 2
    engine.generation = "g2"
    assert shared.current() == SUGGESTED
    assert len(engine.requests) == 4


def test_a_slow_computation_holds_no_page_up_and_is_shown_when_it_is_ready(
    engine: FakeNumberedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestions, "PATIENCE_SECONDS", 0.01)
    engine.released.clear()
    shared = Suggestions(engine)
    assert shared.current() == ()
    engine.released.set()
    monkeypatch.setattr(suggestions, "PATIENCE_SECONDS", 20)
    assert shared.current() == SUGGESTED
    assert len(engine.requests) == 2


def test_a_failed_computation_is_raised_and_tried_again(engine: FakeNumberedEngine) -> None:
    shared = Suggestions(engine)
    engine.broken = IndexCorrupt("a damaged file")
    with pytest.raises(IndexCorrupt, match="a damaged file"):
        shared.current()
    engine.broken = None
    assert shared.current() == SUGGESTED


def test_the_first_visit_shows_them_without_counting_them_as_answers(
    engine: FakeNumberedEngine, tmp_path: Path
) -> None:
    client = fake_site(tmp_path, engine).test_client()
    assert client.get("/").text.count('<button dir="auto">What did John Smith say?</button>') == 1
    assert 'qa_answers_total{outcome="answered"} 0.0' in client.get("/metrics").text
