"""The engine over a real index of a few words, encoded by an encoder that can be computed by hand."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.answer.confidence import Confidence
from qa.answer.disagreement.find import Disagreement
from qa.answer.engine import Engine
from qa.answer.reader import Candidate, Quote, ReadPassage
from qa.answer.sentence_reader import SentenceReader
from qa.core_pool import CorePool
from qa.errors import BadScope
from qa.protocols import Snapshot
from qa.requests import AskRequest, SearchRequest, Turn
from qa.search.ranking.fuse import MIXES
from qa.store.reader import IndexReader
from tests.building import build
from tests.fakes import FakeEncoder, no_disagreement

BIRDS = "About birds\n\nThe heron waits for fish near the river. It stands on one leg.\n\nOwls hunt mice by night.\n"
FISH = "About fish\n\nA pike eats other fish. Trout prefer cold rivers and clear water.\n\nOwls hunt mice by night.\n"


class Always:
    """The same generation always."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def current(self) -> Snapshot:
        return self._snapshot

    def close(self) -> None:
        """Leave the snapshot to its owner."""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "birds.txt").write_text(BIRDS, encoding="utf-8")
    (folder / "fish.txt").write_text(FISH, encoding="utf-8")
    return engine_over(folder, tmp_path / "index")


def engine_over(folder: Path, index: Path) -> Engine:
    encoder = FakeEncoder(dimension=512)
    build(folder, index, encoder)
    confidence = Confidence({"score": 20.0}, -6.0, 0.5)
    generations = IndexReader(index, encoder.fingerprint)
    return Engine(encoder, generations, SentenceReader(), confidence, MIXES["all"], CorePool(2), no_disagreement)


class FakeWatchedReader(SentenceReader):
    """Remembers how many questions were ever read at once; each waits a moment for another one to come in."""

    def __init__(self) -> None:
        self.most = 0
        self._inside = 0
        self._met = threading.Event()

    def read(self, passages: Sequence[Candidate]) -> list[ReadPassage]:
        self._inside += 1
        self.most = max(self.most, self._inside)
        if self._inside > 1:
            self._met.set()
        self._met.wait(0.1)
        self._inside -= 1
        return super().read(passages)


@pytest.mark.parametrize("count", [1, 2])
def test_no_more_questions_are_worked_on_at_once_than_there_are_cores(engine: Engine, count: int) -> None:
    reader = FakeWatchedReader()
    confidence = Confidence({"score": 20.0}, -6.0, 0.5)
    limited = Engine(
        engine.encoder, Always(engine.snapshot), reader, confidence, MIXES["all"], CorePool(count), no_disagreement
    )
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(limited.ask, [AskRequest("owls hunt mice")] * 12))
    assert len(answers) == 12
    assert reader.most == count


class FakeRemoteReader(SentenceReader):
    """Waits for three questions to be read at once, as if each were sent over a network."""

    def __init__(self, cores: CorePool) -> None:
        self._cores = cores
        self._met = threading.Barrier(3)

    def read(self, passages: Sequence[Candidate]) -> list[ReadPassage]:
        with self._cores.released():
            self._met.wait(10)
        return super().read(passages)


def test_a_reader_that_waits_holds_no_core(engine: Engine) -> None:
    cores = CorePool(1)
    confidence = Confidence({"score": 20.0}, -6.0, 0.5)
    waiting = Engine(
        engine.encoder,
        Always(engine.snapshot),
        FakeRemoteReader(cores),
        confidence,
        MIXES["all"],
        cores,
        no_disagreement,
    )
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(waiting.ask, [AskRequest("owls hunt mice")] * 3))
    assert [answer.citations[0].quote for answer in answers] == ["Owls hunt mice by night."] * 3


def test_a_search_returns_the_passages_of_the_answer_and_quotes_nothing(engine: Engine) -> None:
    class FakeMuteReader(SentenceReader):
        def quote(self, passage: ReadPassage) -> Quote:
            raise AssertionError("quoted")

    confidence = Confidence({"score": 20.0}, -6.0, 0.5)
    mute = Engine(
        engine.encoder,
        Always(engine.snapshot),
        FakeMuteReader(),
        confidence,
        MIXES["all"],
        CorePool(2),
        no_disagreement,
    )
    for history in ((), (Turn("Where does the heron wait?", "Near the river."),)):
        answer = engine.ask(AskRequest("owls hunt mice", history=history, passages=3, id="a"))
        found = mute.search(SearchRequest("owls hunt mice", history=history, passages=3, id="a"))
        assert (found.id, found.question, found.index) == ("a", "owls hunt mice", answer.index)
        assert (found.searched_for, found.reading) == (answer.searched_for, answer.reading)
        assert found.passages == answer.passages
        assert len(found.passages) == 3


def test_the_answer_is_the_best_sentence_with_its_place(engine: Engine) -> None:
    answer = engine.ask(AskRequest("trout prefer cold water", quotes=1))
    citation = answer.citations[0]
    assert citation.quote == "Trout prefer cold rivers and clear water."
    assert FISH[citation.start : citation.end] == citation.quote
    assert (citation.marker, citation.article_id, citation.source) == (1, "fish", "fish.txt")
    assert answer.answer == "“Trout prefer cold rivers and clear water.” [1]"
    assert FISH[: citation.start].endswith(citation.prefix)
    assert FISH[citation.end :].startswith(citation.suffix)


def test_passages_are_exact_and_ranked_by_falling_score(engine: Engine) -> None:
    passages = engine.ask(AskRequest("heron fish river")).passages
    texts = {"birds": BIRDS, "fish": FISH}
    assert [passage.rank for passage in passages] == list(range(1, len(passages) + 1))
    assert all(texts[p.article_id][p.start : p.end] == p.text for p in passages)
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)
    assert passages[0].text == "The heron waits for fish near the river. It stands on one leg."


def test_repeated_text_counts_once_and_says_where_it_stands_too(engine: Engine) -> None:
    answer = engine.ask(AskRequest("owls hunt mice by night"))
    assert [c.quote for c in answer.citations].count("Owls hunt mice by night.") == 1
    [copy] = answer.citations[0].also_in
    assert {answer.citations[0].article_id, copy.article_id} == {"birds", "fish"}
    assert {"birds": BIRDS, "fish": FISH}[copy.article_id][copy.start : copy.end] == "Owls hunt mice by night."


def test_a_question_about_something_else_is_refused_with_the_nearest_passages(engine: Engine) -> None:
    answer = engine.ask(AskRequest("quarterly dividend forecast"))
    assert (answer.answered, answer.citations) == (False, ())
    assert answer.answer == "The articles do not answer this. They are about: About birds; About fish."
    assert answer.passages


def test_a_follow_up_is_read_with_what_came_before(engine: Engine) -> None:
    history = (Turn("Where does the heron wait?", "The heron waits for fish near the river."),)
    answer = engine.ask(AskRequest("on which leg does it stand?", history=history))
    assert answer.reading in {"alone", "with_history"}
    assert answer.passages[0].article_id == "birds"


def test_what_the_caller_says_to_search_for_is_searched_as_it_is(engine: Engine) -> None:
    answer = engine.ask(AskRequest("and it?", searched_for="trout prefer cold water"))
    assert (answer.searched_for, answer.reading) == ("trout prefer cold water", "given")
    assert answer.citations[0].article_id == "fish"


def test_the_same_question_gives_the_same_answer_but_for_its_time(engine: Engine) -> None:
    from dataclasses import replace

    first, second = (replace(engine.ask(AskRequest("trout water", id=7)), took_ms=0) for _ in range(2))
    assert first == second
    assert first.id == 7


def test_only_chosen_articles_answer(engine: Engine) -> None:
    answer = engine.ask(AskRequest("owls hunt mice in cold water", articles=("fish",)))
    assert {passage.article_id for passage in answer.passages} == {"fish"}


def test_a_text_that_stands_in_a_chosen_article_too_is_quoted_from_there(engine: Engine) -> None:
    [quoted] = engine.ask(AskRequest("owls hunt mice by night", articles=("fish",), quotes=1)).citations
    assert (quoted.article_id, quoted.source, quoted.quote) == ("fish", "fish.txt", "Owls hunt mice by night.")
    assert FISH[quoted.start : quoted.end] == quoted.quote
    assert FISH[: quoted.start].endswith(quoted.prefix)
    [copy] = quoted.also_in
    assert (copy.article_id, BIRDS[copy.start : copy.end]) == ("birds", quoted.quote)


def test_a_nearly_equal_text_in_a_chosen_article_is_quoted_in_its_own_words(tmp_path: Path) -> None:
    words = " ".join(f"The {number}th heron waited near the {number + 7}th river." for number in range(20, 90))
    first, second = f"{words} Then it left at dawn.", f"{words} Then it left at noon."
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(f"Date: 2020-01-01\n\nHerons\n\n{first}\n", encoding="utf-8")
    (folder / "b.txt").write_text(f"Date: 2021-01-01\n\nHerons\n\n{second}\n", encoding="utf-8")
    engine = engine_over(folder, tmp_path / "index")
    for asked in ({"articles": ("b",)}, {"since": "2020-06-01"}):
        [quoted] = engine.ask(AskRequest("when it left at noon", quotes=1, **asked)).citations
        text = engine.snapshot.text.article("b").text
        assert (quoted.article_id, text[quoted.start : quoted.end]) == ("b", quoted.quote)
        assert quoted.quote.endswith("Then it left at noon.")
        assert [place.article_id for place in quoted.also_in] == ["a"]


def test_an_answer_of_some_days_counts_the_articles_without_a_date(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("Date: 2021-01-01\n\nHerons\n\nThe heron left the river at noon.\n", encoding="utf-8")
    (folder / "b.txt").write_text("Owls\n\nOwls hunt mice by night.\n", encoding="utf-8")
    engine = engine_over(folder, tmp_path / "index")
    answer = engine.ask(AskRequest("when the heron left the river", since="2020-01-01"))
    assert answer.answered
    assert answer.statements[0].text == "1 article without a date was left out."
    assert engine.search(SearchRequest("when the heron left the river", since="2020-01-01")).undated == 1
    assert engine.search(SearchRequest("when the heron left the river", articles=("a",))).undated == 0


def test_an_article_without_a_date_belongs_to_no_day(engine: Engine) -> None:
    answer = engine.ask(AskRequest("trout water", since="2020-01-01"))
    assert (answer.answered, answer.passages) == (False, ())
    assert answer.answer == (
        "There are no articles of these days to answer from. 2 articles without a date were left out."
    )


def test_a_refusal_names_the_titles_of_the_scope_alone(engine: Engine) -> None:
    assert engine.ask(AskRequest("chromodynamics")).answer.endswith("They are about: About birds; About fish.")
    assert engine.ask(AskRequest("chromodynamics", articles=("fish",))).answer.endswith("They are about: About fish.")


def test_an_unknown_article_is_an_error_for_questions_and_searches(engine: Engine) -> None:
    for ask in (engine.ask, engine.search):
        with pytest.raises(BadScope, match=r"'fish\.txt', which is the name of a file\. Its id is 'fish'\."):
            ask(AskRequest("trout water", articles=("fish.txt",)))


def test_a_question_without_words_is_refused(engine: Engine) -> None:
    assert not engine.ask(AskRequest("😀 ?!")).answered


def test_small_talk_gets_a_reply_and_nothing_is_searched(engine: Engine) -> None:
    answer = engine.ask(AskRequest("What can you do?"))
    assert (answer.answered, answer.support, answer.passages) == (False, "none", ())
    assert answer.answer.startswith("This answers questions about the articles in exact quotations")
    assert [one.text for one in answer.statements] == [answer.answer]


def test_a_request_for_a_summary_gets_quotations_after_what_is_not_done(engine: Engine) -> None:
    answer = engine.ask(AskRequest("Summarise how the heron waits for fish near the river."))
    assert [one.text for one in answer.statements[:2]] == [
        "No summary is written here. These are quotations on the subject.",
        "The heron waits for fish near the river.",
    ]
    refused = engine.ask(AskRequest("Summarise quantum chromodynamics"))
    assert refused.answer.startswith("No summary is written here. The articles do not answer this.")


def test_the_kind_of_a_disagreement_is_told(tmp_path: Path) -> None:
    for name, count in (("old", "Ten"), ("new", "14")):
        (tmp_path / f"{name}.txt").write_text(f"The harbour of Elbe\n\n{count} ships sank near the Elbe harbour.\n")
    engine = engine_over(tmp_path, tmp_path / "index")
    told = Disagreement("later", (0, 1), ("Ten", "14"))
    telling = Engine(
        engine.encoder,
        Always(engine.snapshot),
        SentenceReader(),
        Confidence({"score": 20.0}, -6.0, 0.5),
        MIXES["all"],
        CorePool(1),
        lambda question, sides, date_of: told if len(sides) > 1 else None,
    )
    answer = telling.ask(AskRequest("How many ships sank near the Elbe harbour?"))
    assert (answer.disagreement, answer.disagreement_kind) == (True, "later")
    assert {one.article_id for one in answer.citations} == {"old", "new"}


NOT_NAMED = "2026 is named neither in the first passage quoted nor in the title or date of its article."


@pytest.mark.parametrize(
    ("name", "text", "is_met"),
    [
        ("date", "Owls of the river\n\n3 May 2026\n\nOwls hunt mice by night.\n", True),
        ("title", "Owls in 2026\n\nOwls hunt mice by night.\n", True),
        ("passage", "Owls of the river\n\nOwls hunt mice by night. They did in 2026, too.\n", True),
        ("none", "Owls of the river\n\n3 May 2025\n\nOwls hunt mice by night.\n\nA census comes in 2026.\n", False),
    ],
)
def test_a_year_that_is_not_met_is_said_and_lowers_the_confidence(
    tmp_path: Path, name: str, text: str, is_met: bool
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    engine = engine_over(folder, tmp_path / "index")
    plain, answer = (
        engine.ask(AskRequest("owls hunt mice", quotes=1)),
        engine.ask(AskRequest("owls hunt mice 2026", quotes=1)),
    )
    assert answer.answered
    assert plain.statements[0].markers == (1,)
    if is_met:
        assert (answer.support, answer.statements[0].markers) == ("answered", (1,))
    else:
        assert (answer.support, answer.confidence_level, answer.confidence) == ("perhaps", "low", 0.5)
        assert (answer.statements[0].text, answer.statements[0].markers) == (NOT_NAMED, ())
        assert answer.statements[1].markers == (1,)


@pytest.mark.parametrize(
    ("question", "unmet"),
    [
        ("Which owls hunt mice in 2019?", "2019"),
        ("Which owls hunt mice in 2021?", None),
        ("Did the owls of Mr Brandt hunt mice?", "Brandt"),
        ("Did the owls of Mr Berg hunt mice?", None),
        ("Did the owls of Mr Bergh hunt mice?", None),
        ("Did The Owls Of Mr Brandt Hunt Mice?", None),
    ],
)
def test_nothing_is_quoted_without_a_year_or_name_asked_for(tmp_path: Path, question: str, unmet: str | None) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    owls = "Owls of Berg\n\n3 May 2021\n\nOwls hunt mice by night.\n\nMr Berg counts the owls.\n"
    (folder / "owls.txt").write_text(owls, encoding="utf-8")
    whole = engine_over(folder, tmp_path / "index")
    doubtful = whole.with_confidence(Confidence({"score": 20.0}, -6.0, 0.1, 1.0))
    answer = doubtful.ask(AskRequest(question, quotes=1))
    assert answer.answered == (unmet is None)
    if unmet:
        assert (answer.support, answer.confidence) == ("none", 0.1)
        assert f"{unmet} is not mentioned in the articles found." in answer.answer
        assert answer.passages[0].text == "Owls hunt mice by night."
    assert whole.ask(AskRequest(question, quotes=1)).answered == (unmet is None)


def test_a_question_in_a_language_of_no_article_is_told_so(engine: Engine) -> None:
    told = "The question seems to be in German, and the articles are in English."
    answer = engine.ask(AskRequest("Wie viele Mäuse fressen die Eulen in der Nacht?"))
    assert answer.statements[0].text.startswith(told)
    assert not engine.ask(AskRequest("Which zebras graze in Serengeti?")).answer.startswith("The question seems")
