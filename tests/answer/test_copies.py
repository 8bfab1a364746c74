"""A paragraph that several articles hold is shown and quoted in the one that the question is about."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.answer.engine import Engine
from qa.requests import AskRequest, SearchRequest, Turn
from tests.answer.test_engine import engine_over

RULING = (
    "{court}, {number}\n\nDate: {date}\n\n{name} asked the court to annul the order that closed the {thing}.\n\n"
    "The judges heard four witnesses about {about}.\n\nThe complaint is rejected.\n\nThe costs are shared.\n"
)
RULINGS = {
    "arne": ("Harbour Court", "No. 4/2019", "2019-05-02", "Ms Arne", "bakery", "flour dust"),
    "bull": ("Harbour Court", "No. 9/2020", "2020-03-07", "Mr Bull", "kiln", "smoke at night"),
    "cole": ("Court of Trade", "No. 2/2021", "2021-11-30", "Mr Cole", "tannery", "a drain"),
}
OUTCOME = "The complaint is rejected."


def rulings(folder: Path, names: Sequence[str] = tuple(RULINGS)) -> Engine:
    (folder / "articles").mkdir()
    keys = ("court", "number", "date", "name", "thing", "about")
    for name in names:
        text = RULING.format(**dict(zip(keys, RULINGS[name], strict=True)))
        (folder / "articles" / f"{name}.txt").write_text(text, encoding="utf-8")
    return engine_over(folder / "articles", folder / "index")


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Is the complaint of Mr Cole rejected?", "cole"),
        ("Is the complaint about the kiln rejected?", "bull"),
        ("Is the complaint No. 2/2021 rejected?", "cole"),
        ("Is the complaint rejected by the Court of Trade?", "cole"),
        ("Is the complaint of 7 March 2020 rejected?", "bull"),
        ("Is the complaint of 2021-11-30 rejected?", "cole"),
        ("Is the complaint rejected?", "arne"),
    ],
)
def test_a_copied_sentence_is_cited_where_the_question_fits(tmp_path: Path, question: str, article: str) -> None:
    engine = rulings(tmp_path)
    answer = engine.ask(AskRequest(question))
    [cited] = [one for one in answer.citations if one.quote == OUTCOME]
    text = engine.snapshot.text.article(article)
    assert (cited.article_id, cited.source, cited.title) == (article, f"{article}.txt", text.title)
    assert (text.text[cited.start : cited.end], cited.article_sha256) == (OUTCOME, text.sha256)
    assert text.text[: cited.start].endswith(cited.prefix)
    assert sorted(one.article_id for one in cited.also_in) == sorted(RULINGS.keys() - {article})
    for copy in cited.also_in:
        assert engine.snapshot.text.article(copy.article_id).text[copy.start : copy.end] == OUTCOME


def test_a_search_shows_the_same_place_as_the_answer(tmp_path: Path) -> None:
    engine = rulings(tmp_path)
    answer = engine.ask(AskRequest("Is the complaint about the kiln rejected?"))
    found = engine.search(SearchRequest("Is the complaint about the kiln rejected?"))
    assert found.passages == answer.passages
    assert {one.article_id for one in found.passages if one.text == OUTCOME} == {"bull"}


@pytest.mark.parametrize(
    ("articles", "since", "until", "article"),
    [
        (("arne", "bull"), None, None, "arne"),
        (("bull",), None, None, "bull"),
        (("bull", "cole"), None, None, "bull"),
        ((), None, "2019-12-31", "arne"),
        ((), "2020-01-01", None, "bull"),
        ((), "2021-01-01", None, "cole"),
    ],
)
def test_a_copied_sentence_is_cited_inside_of_the_scope(
    tmp_path: Path, articles: tuple[str, ...], since: str | None, until: str | None, article: str
) -> None:
    request = AskRequest("Is the complaint rejected?", articles=articles, since=since, until=until)
    answer = rulings(tmp_path).ask(request)
    assert {one.article_id for one in answer.citations if one.quote == OUTCOME} == {article}


@pytest.mark.parametrize(
    ("question", "unmet"),
    [
        ("Is the complaint of Mr Cole rejected?", "Cole is not mentioned in the articles found."),
        ("Is the complaint of 2018 rejected?", "2018 is not mentioned in the articles found."),
    ],
)
def test_what_another_article_says_of_somebody_else_is_not_quoted(tmp_path: Path, question: str, unmet: str) -> None:
    answer = rulings(tmp_path).ask(AskRequest(question, articles=("arne", "bull")))
    assert (answer.answered, answer.support, answer.citations) == (False, "none", ())
    assert unmet in answer.answer


def test_earlier_turns_tell_which_copy_is_meant(tmp_path: Path) -> None:
    history = (
        Turn("What did Mr Cole ask for?", "Mr Cole asked the court to annul the order that closed the tannery."),
    )
    answer = rulings(tmp_path).ask(AskRequest("Is it rejected?", history=history))
    assert {one.article_id for one in answer.citations if one.quote == OUTCOME} == {"cole"}


def test_of_many_copies_the_one_in_the_fitting_article_is_found(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    for number in range(60):
        text = f"Report {number}\n\nStation{number} was closed by ice.\n\nThe ferries did not run on that day.\n"
        (tmp_path / "articles" / f"{number:02}.txt").write_text(text, encoding="utf-8")
    engine = engine_over(tmp_path / "articles", tmp_path / "index")
    answer = engine.ask(AskRequest("Did the ferries run on the day when Station47 was closed?"))
    [cited] = [one for one in answer.citations if one.quote.startswith("The ferries")]
    assert (cited.article_id, len(cited.also_in)) == ("47", 59)


def test_a_wire_copy_in_nearly_the_same_words_is_quoted_in_its_own(tmp_path: Path) -> None:
    wire = "The strike at the yard ended on Monday after talks that went on for nine days, the union and owners said"
    (tmp_path / "articles").mkdir()
    for name, head, end in (("a", "Strike ends in Olsund", "there."), ("b", "Strike ends, Vika ferry sails", "here.")):
        (tmp_path / "articles" / f"{name}.txt").write_text(f"{head}\n\n{wire} {end}\n", encoding="utf-8")
    engine = engine_over(tmp_path / "articles", tmp_path / "index")
    [cited] = engine.ask(AskRequest("When did the strike at the yard end at Vika?", quotes=1)).citations
    assert (cited.article_id, cited.quote) == ("b", f"{wire} here.")
    assert [one.article_id for one in cited.also_in] == ["a"]
