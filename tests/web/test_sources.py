from __future__ import annotations

from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest

from qa.citations.links import quotation_link
from qa.errors import ArticleNotFound, BadRequest
from qa.protocols import TextStore
from qa.records import Article, Citation, Span
from qa.requests import AskRequest
from tests.web.fakes import DESERTERS, FakeEngine, FakeText, article
from web.pages.sources import Marked, back_link, find_status, locate_marks, quotations

QUOTE = "In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters."


def citation() -> Citation:
    return FakeEngine().ask(AskRequest("How many criminal cases against deserters?")).citations[0]


def query_of(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


def test_a_link_carries_the_place_and_what_stands_around_it() -> None:
    assert citation().link == (
        "/articles/deserters?start=40&end=124"
        "&quote=In%20the%20first%20half%20of%202023%20prosecutors%20opened%202%2C076%20criminal%20cases%20against"
        "%20deserters.&prefix=to%20fight%0A%0ABy%20A.%20Writer%0A%0A&suffix=%20Most%20were%20convicted.%0A%0AA#mark"
    )


def test_a_link_names_the_other_quotations_of_its_article_only() -> None:
    asked = AskRequest("criminal cases against deserters, hotline helps soldiers, what percent the harvest fell")
    first, second, third = FakeEngine().ask(asked).citations
    assert [one.article_id for one in (first, second, third)] == ["deserters", "deserters", "farms/harvest"]
    assert [parse_qs(urlsplit(one.link).query).get("also") for one in (first, second, third)] == [
        [f"{second.start}-{second.end}"],
        [f"{first.start}-{first.end}"],
        None,
    ]


def test_each_statement_stands_beside_its_citation_with_a_way_back() -> None:
    engine = FakeEngine()
    answer = engine.ask(AskRequest("How many criminal cases against deserters, and which hotline helps soldiers?"))
    shown = quotations(answer, engine.snapshot.text, "/c/00", 3)
    assert [("".join(one.parts), one.citation) for one in shown] == [(one.quote, one) for one in answer.citations]
    assert [query_of(one.url)["back"] for one in shown] == ["/c/00#m-3-1", "/c/00#m-3-2"]
    assert [one.url for one in quotations(answer, engine.snapshot.text, "", 3)] == [
        one.link for one in answer.citations
    ]


def test_a_refusal_has_no_quotations() -> None:
    engine = FakeEngine()
    assert quotations(engine.ask(AskRequest("Best pasta recipe?")), engine.snapshot.text, "/c/00", 1) == ()


@pytest.mark.parametrize(
    ("text", "status", "marks"),
    [
        (DESERTERS, "unchanged", QUOTE),
        (f"First.\n\n{DESERTERS}", "moved", QUOTE),
        (DESERTERS.replace("2,076", "2,301"), "edited", QUOTE.replace("2,076", "2,301")),
        (DESERTERS.replace(QUOTE, ""), "gone", None),
        ("", "gone", None),
    ],
)
def test_a_link_is_read_against_the_article_as_it_is_now(text: str, status: str, marks: str | None) -> None:
    now = article("deserters", text)
    found = locate_marks(now, query_of(citation().link), [])
    assert found.status == status
    assert [span.of(text) for span in found.spans] == ([] if marks is None else [marks])
    assert find_status(citation(), {now.id: now.sha256}, cast(TextStore, FakeText([now]))) == status


def test_a_quotation_of_an_article_that_is_not_there_is_gone() -> None:
    assert find_status(citation(), {}, cast(TextStore, FakeText([]))) == "gone"


def test_marks_stand_in_reading_order_and_never_overlap() -> None:
    query = {"start": "10", "end": "15", "quote": "fight"}
    text = Article("a", "a.txt", "a", None, "To refuse fight, or to flee", "")
    found = locate_marks(text, query, ["0-2", "12-20", "23-27", "90-95", "x", "5-4"])
    assert found == Marked("unchanged", (Span(0, 2), Span(10, 15), Span(23, 27)), 1)


def test_a_bare_range_is_marked_and_one_outside_the_text_refused() -> None:
    one = article("a", "One two three")
    assert locate_marks(one, {"start": "4", "end": "7"}, []) == Marked("unchanged", (Span(4, 7),), 0)
    assert locate_marks(one, {}, []) == Marked("unchanged", (), 0)
    with pytest.raises(ArticleNotFound, match="it has no range 4 to 99"):
        locate_marks(one, {"start": "4", "end": "99"}, [])
    with pytest.raises(BadRequest, match="start has to be a whole number"):
        locate_marks(one, {"start": "four"}, [])


@pytest.mark.parametrize("before", ["", "Inserted. "])
def test_of_a_long_quotation_the_link_carries_the_start_and_all_of_it_is_marked(before: str) -> None:
    quote = "word " * 200 + "end."
    query = query_of(quotation_link("a", 0, len(quote), quote))
    assert len(query["quote"]) == 500
    found = locate_marks(article("a", before + quote + " More."), query, [])
    assert [span.of(before + quote + " More.") for span in found.spans] == [quote]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f"/c/{'0a' * 16}#m-1-12", True),
        ("/", False),
        ("/#m-1-1", False),
        ("//evil.example", False),
        ("https://evil.example", False),
        ("javascript:alert(1)", False),
        ("/c/../x", False),
        ("", False),
    ],
)
def test_the_way_back_leads_to_our_own_pages_only(given: str, kept: bool) -> None:
    assert back_link({"back": given}) == (given if kept else "")
