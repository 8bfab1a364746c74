from dataclasses import replace
from typing import Any

import pytest

from qa.citations.statements import unsupported
from qa.cli.present import answer_text, in_context, shorten, sources
from qa.cli.text_format import Style, printable
from qa.records import Answer, Citation, Copy, IndexInfo, Passage, Span, Statement, Support
from tests.web.fakes import article

ANSWER = Answer(
    id=None,
    question="What colour?",
    searched_for="What colour?",
    reading="alone",
    answered=True,
    support="answered",
    confidence=0.9,
    disagreement=False,
    answer="“It is red.” [1]",
    statements=(Statement("It is red.", 1, 11, (1,)),),
    citations=(
        Citation(1, "a", "On colour", "a.txt", "It is red.", 10, 20, "", "", "0" * 64, "", (Copy("b", 0, 10, ""),)),
    ),
    passages=(Passage("a:10-20", 1, "a", "On colour", "a.txt", "It is red.", 10, 20, 0.5, ""),),
    index=IndexInfo("g", "m", 2, 3),
    took_ms=1.0,
)


def line(article_id: str, offset: int) -> int | None:
    return {10: 3}[offset]


def no_line(article_id: str, offset: int) -> int | None:
    return None


def test_a_quote_is_followed_by_its_marker_and_its_place() -> None:
    assert answer_text(ANSWER, Style(), line) == (
        "“It is red.” [1]\n\n[1] On colour\n    a.txt:3\n    also in b\n\nConfidence: high (90%)"
    )


@pytest.mark.parametrize(
    ("support", "confidence", "words"),
    [("answered", 0.849, "fair (85%)"), ("answered", 0.85, "high (85%)"), ("perhaps", 0.4, "low (40%)")],
)
def test_how_sure_an_answer_is_stands_under_its_sources(support: Support, confidence: float, words: str) -> None:
    text = answer_text(replace(ANSWER, support=support, confidence=confidence), Style(), line)
    assert text.endswith(f"also in b\n\nConfidence: {words}")


def test_the_words_that_answer_are_bright_where_there_is_colour() -> None:
    marked = replace(ANSWER, statements=(replace(ANSWER.statements[0], emphasis=Span(7, 10)),))
    assert answer_text(marked, Style(80, colour=True), line).startswith("“It is \x1b[1mred\x1b[0m.” [1]")
    assert answer_text(marked, Style(), line).startswith("“It is red.” [1]")


def test_a_source_has_its_authors_its_date_and_its_paragraph() -> None:
    citation = replace(ANSWER.citations[0], authors=("A. Writer", "B. Other"), date="2023-08-14", paragraph=1200)
    assert sources([citation], Style(), line) == (
        "[1] On colour\n    A. Writer, B. Other, 2023-08-14\n    a.txt:3, paragraph 1,200\n    also in b"
    )


def test_a_place_without_a_known_line_is_the_file() -> None:
    assert "\n    a.txt\n" in answer_text(ANSWER, Style(), no_line)


def test_a_refusal_shows_the_nearest_passages_as_no_answer() -> None:
    words = "The articles do not answer this."
    refusal = replace(ANSWER, answered=False, answer=words, statements=unsupported(words), citations=())
    assert answer_text(refusal, Style(), line) == (
        "The articles do not answer this.\n\nNearest passages, which are not an answer:\n  It is red.\n    a.txt:3"
    )


def test_what_was_searched_for_is_shown_when_the_history_was_read() -> None:
    read = replace(ANSWER, reading="with_history", searched_for="The car? What colour?")
    assert answer_text(read, Style(), line).startswith("Searched for: The car? What colour?\n\n“It is red.” [1]")


def test_disagreement_is_said_first() -> None:
    assert answer_text(replace(ANSWER, disagreement=True), Style(), line).startswith("The articles disagree.\n\n“It")


def test_a_doubtful_answer_says_so_first() -> None:
    doubtful = answer_text(replace(ANSWER, support="perhaps"), Style(), line)
    assert doubtful.startswith("Perhaps an answer: the articles may not say this.\n\n“It is red.” [1]")
    assert "Perhaps" not in answer_text(ANSWER, Style(), line)


def test_control_sequences_never_reach_a_terminal() -> None:
    assert printable("a\x1b]0;title\x07b\x9b31mc\u202ed\r\nE\udc80") == "a ]0;title b 31mc d \nE "


@pytest.mark.parametrize("field", ["title", "source", "quote"])
def test_no_field_of_a_citation_reaches_the_terminal_as_it_is(field: str) -> None:
    hostile: dict[str, Any] = {field: "x\x1b[31m\ny\x9b\u202e"}
    citation = replace(ANSWER.citations[0], **hostile)
    statement = replace(ANSWER.statements[0], text=citation.quote)
    shown = answer_text(replace(ANSWER, citations=(citation,), statements=(statement,)), Style(80, colour=True), line)
    assert "x [31m y" in shown
    assert not {"\x1b[31m", "\x9b", "\u202e"} & {
        shown[at : at + length] for at in range(len(shown)) for length in (1, 5)
    }


def test_quotes_are_wrapped_to_the_width() -> None:
    assert Style(width=12).wrap("one two three four", "  ") == "  one two\n  three four"


def test_a_word_that_is_wider_than_the_terminal_stays_whole() -> None:
    assert Style(width=5).wrap("an extraordinary word", "    ") == "    an\n    extraordinary\n    word"


def test_a_marked_range_stands_out_in_every_line() -> None:
    text = "Before it.  It is\nred and blue. After."
    assert Style().mark(text, 12, 31) == "Before it. >>It is red and blue.<< After."
    assert Style(width=16, colour=True).mark(text, 12, 31, " ") == (
        " Before it. \x1b[1mIt\x1b[0m\n \x1b[1mis red and\x1b[0m\n \x1b[1mblue.\x1b[0m After."
    )


def test_a_range_inside_a_word_is_marked_without_spaces() -> None:
    assert Style().mark("(“It is red”)", 2, 11) == "(“>>It is red<<”)"


def test_a_quotation_stands_between_the_neighbours_of_its_paragraph() -> None:
    read = article("a", "Title\n\nOne.\n\nTwo is it. And so on.\n\nThree.\n\nFour.\n")
    span = Span(read.text.index("Two"), read.text.index(" And"))
    assert in_context(read, span, Style()) == "    One.\n\n    >>Two is it.<< And so on.\n\n    Three."


def test_the_first_paragraph_has_a_neighbour_after_it_only() -> None:
    read = article("a", "Title\n\nOne.\n")
    assert in_context(read, Span(0, 5), Style()) == "    >>Title<<\n\n    One."


def test_a_range_outside_of_all_paragraphs_is_shown_alone() -> None:
    read = article("a", "Title\n\nLeave a Comment\n", boilerplate=["Leave a Comment"])
    assert in_context(read, Span(7, 22), Style()) == "    >>Leave a Comment<<"


@pytest.mark.parametrize(
    ("text", "short"),
    [("one two three", "one two three"), ("one two three four", "one two …"), ("x" * 20, "x" * 13 + " …")],
)
def test_a_long_text_is_cut_off_after_a_word(text: str, short: str) -> None:
    assert shorten(text, 13) == short
