"""Sentences out of a stream, wherever it is cut."""

from __future__ import annotations

import pytest

from qa.writing.sentences import DraftSentence, split_stream
from qa.writing.thoughts import drop_thoughts

TEXT = "Mr. Berg came at 5 p.m. on Monday [1]. “He left.” [2, 3] He cited [9]!\n- **It** rained [1].\n2. Then it cl"
READ = [
    DraftSentence("Mr. Berg came at 5 p.m. on Monday.", (1,)),
    DraftSentence("“He left.”", (2, 3)),
    DraftSentence("He cited!", (9,)),
    DraftSentence("It rained.", (1,)),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_sentences_are_the_same_however_the_stream_is_cut(size: int) -> None:
    assert list(split_stream(TEXT[at : at + size] for at in range(0, len(TEXT), size))) == READ


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("[1] (The ferry, 1994-03-02) It sank. ", "It sank."),
        ("(Storm (song)) It sank [1].", "It sank."),
        ("(In 1994 it sank [1].)", "(In 1994 it sank.)"),
        ("It sank (in 1994) [1].", "It sank (in 1994)."),
    ],
)
def test_a_copied_title_is_left_out(text: str, read: str) -> None:
    assert list(split_stream([text])) == [DraftSentence(read, (1,))]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_markers_may_stand_before_their_lines(size: int) -> None:
    text = "[1] (The ferry) It sank.\n[2] (Storm) It was late. It rained.\n\n[3] It was cold. [4]\n"
    assert list(split_stream(text[at : at + size] for at in range(0, len(text), size))) == [
        DraftSentence("It sank.", (1,)),
        DraftSentence("It was late.", (2,)),
        DraftSentence("It rained.", ()),
        DraftSentence("It was cold.", (3, 4)),
    ]


def test_a_sentence_is_released_as_soon_as_the_next_one_begins() -> None:
    came: list[str] = []

    def pieces() -> object:
        for piece in ("One came [1]. ", "Two ", "came [2]."):
            came.append(piece)
            yield piece

    first = next(iter(split_stream(pieces())))  # type: ignore[arg-type]
    assert (first.text, len(came)) == ("One came.", 2)


@pytest.mark.parametrize("size", [1, 3, 100])
def test_thoughts_are_dropped(size: int) -> None:
    text = "a<b <think>no < way</think>yes<think>again"
    assert "".join(drop_thoughts(text[at : at + size] for at in range(0, len(text), size))) == "a<b yes"
