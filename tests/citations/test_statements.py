from __future__ import annotations

from dataclasses import replace

import pytest

from qa.citations.statements import quote_all, split_emphasis, unsupported
from qa.records import Citation, Span, Statement


def citation(marker: int, quote: str) -> Citation:
    return Citation(marker, "a", "A", "a.txt", quote, 0, len(quote), "", "", "0" * 64, "")


def test_an_answer_quotes_each_citation_with_its_marker_and_says_where_each_quotation_stands() -> None:
    answer, statements = quote_all([citation(1, "It is red."), citation(2, "“Blue 🎉” [1], he said.")])
    assert answer == "“It is red.” [1] ““Blue 🎉” [1], he said.” [2]"
    assert statements == (Statement("It is red.", 1, 11, (1,)), Statement("“Blue 🎉” [1], he said.", 18, 40, (2,)))
    assert [answer[one.start : one.end] for one in statements] == [one.text for one in statements]


def test_a_note_is_a_statement_without_markers_before_the_quotations() -> None:
    answer, statements = quote_all([citation(1, "It is red.")], "No summary is written here.")
    assert answer == "No summary is written here. “It is red.” [1]"
    assert [(answer[one.start : one.end], one.markers) for one in statements] == [
        ("No summary is written here.", ()),
        ("It is red.", (1,)),
    ]


@pytest.mark.parametrize(
    ("quote", "shown", "emphasised"),
    [
        ("It is red.", "", "red"),
        ("It **is** red.", "It is red.", "red"),
        ("It is **red**, not redder.", "It is red, not redder.", None),  # the words stand twice in what is shown
    ],
)
def test_the_words_that_answer_are_placed_in_the_answer(quote: str, shown: str, emphasised: str | None) -> None:
    start = 100 + quote.index("red")
    one = replace(citation(1, quote), start=100, end=100 + len(quote), shown=shown, emphasis=Span(start, start + 3))
    answer, [statement] = quote_all([one])
    found = statement.emphasis
    assert (found and answer[found.start : found.end]) == emphasised
    assert "".join(split_emphasis(statement)) == statement.text
    assert split_emphasis(statement)[1] == (emphasised or "")


def test_nothing_quoted_is_no_statement() -> None:
    assert quote_all([]) == ("", ())


def test_a_refusal_is_one_statement_without_markers() -> None:
    assert unsupported("The articles do not answer this.") == (
        Statement("The articles do not answer this.", 0, 32, ()),
    )
