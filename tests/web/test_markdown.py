from __future__ import annotations

import pytest

from qa.conversations.markdown import escape_markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("plain — “words” 2,076", "plain — “words” 2,076"),
        ("a*b_c`d", r"a\*b\_c\`d"),
        ("[camião] <b> &amp;", r"\[camião\] \<b\> \&amp;"),
        ("# no heading\n- no list\n+ none\n1. none", "\\# no heading\n\\- no list\n\\+ none\n1\\. none"),
        ("in 2023. Then", "in 2023. Then"),
    ],
)
def test_text_is_escaped_so_that_markdown_shows_it_as_it_is(text: str, markdown: str) -> None:
    assert escape_markdown(text) == markdown
