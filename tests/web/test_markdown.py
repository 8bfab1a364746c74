from __future__ import annotations

from pathlib import Path

import pytest

from qa.conversations.exports.formats import export_conversation
from qa.conversations.exports.markdown import escape_markdown
from qa.conversations.store import ConversationStore
from qa.requests import AskRequest
from tests.web.fakes import FakeEngine


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


@pytest.mark.parametrize("doubtful", [True, False])
def test_a_doubtful_answer_says_so_before_its_quotes(doubtful: bool, tmp_path: Path) -> None:
    store = ConversationStore(tmp_path)
    conversation = store.create()
    answer = FakeEngine(doubtful=doubtful).ask(AskRequest("How many criminal cases against deserters?"))
    store.add(conversation.id, answer)
    text = export_conversation(store.read(conversation.id), "md", "").decode()
    assert ("\n\nPerhaps an answer: the articles may not say this.\n\n> “" in text) == doubtful
    assert ("Perhaps" in text) == doubtful
