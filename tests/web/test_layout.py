from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import ArticleNotFound
from qa.records import Span
from tests.web.fakes import DESERTERS, article
from web.pages.layout import Block, Piece, Section, check_range, lay_out


def test_boilerplate_is_told_apart_with_its_reasons() -> None:
    sections = lay_out(article("a", DESERTERS, boilerplate=["Leave a Comment"]), [])
    assert [(one.boilerplate, one.reasons, len(one.blocks)) for one in sections] == [
        (False, (), 4),
        (True, ("comment form",), 1),
    ]


def test_exactly_the_range_is_marked() -> None:
    one = article("a", "Title\n\nFirst words. Second words.\n")
    (section,) = lay_out(one, [Span(20, 26)])
    assert section == Section(
        False,
        (),
        (
            Block("heading", "", (Piece("Title\n\n"),)),
            Block("body", "", (Piece("First words. "), Piece("Second", 1, opens=True), Piece(" words.\n"))),
        ),
    )


def test_a_mark_over_two_blocks_opens_once() -> None:
    (section,) = lay_out(article("a", "Title\n\nWords."), [Span(3, 10)])
    marked = [piece for block in section.blocks for piece in block.pieces if piece.mark]
    assert marked == [Piece("le\n\n", 1, opens=True), Piece("Wor", 1)]


def test_marks_keep_their_numbers_whatever_their_order() -> None:
    (section,) = lay_out(article("a", "One two three"), [Span(8, 13), Span(0, 3)])
    assert section.blocks[0].pieces == (Piece("One", 2, opens=True), Piece(" two "), Piece("three", 1, opens=True))


def test_text_that_is_nothing_known_is_shown_plainly() -> None:
    bare = article("a", "")
    (section,) = lay_out(type(bare)(id="a", source="a.txt", title="a", date=None, text="lost\n", sha256=""), [])
    assert section.blocks == (Block("plain", "", (Piece("lost\n"),)),)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 4), (0, 14), (13, 14), (-1, 3)])
def test_a_range_outside_the_text_is_refused_with_its_length(start: int, end: int) -> None:
    with pytest.raises(ArticleNotFound, match=f"has 13 characters: it has no range {start} to {end}"):
        check_range(article("a", "One two three"), start, end)


@given(st.text("ab .\n\r\u202e\U0001f600", max_size=60), st.data())
def test_the_pieces_end_to_end_are_the_text(text: str, data: st.DataObject) -> None:
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    marks = [Span(ends[0], ends[1]), Span(ends[2], ends[3])]
    pieces = [
        piece for section in lay_out(article("a", text), marks) for block in section.blocks for piece in block.pieces
    ]
    assert "".join(piece.text for piece in pieces) == text
    for number, mark in enumerate(marks, start=1):
        assert "".join(piece.text for piece in pieces if piece.mark == number) == mark.of(text)
