"""A written text in an export: after the quotations, told from them, with the numbers of their sources."""

from __future__ import annotations

import importlib
import io
from dataclasses import replace
from pathlib import Path

import pytest

from qa.conversations.exports.formats import export_conversation
from qa.conversations.store import Conversation, ConversationStore
from qa.requests import AskRequest
from qa.written import WRITTEN, Written, WrittenSentence
from tests.web.fakes import FakeEngine

HEAD = "Written from the quotations above, not quoted:"
NOTE = "Written by small at 127.0.0.1:9, checked against the quotations. 1 sentence left out: not supported."


@pytest.fixture
def conversation(tmp_path: Path) -> Conversation:
    """A conversation whose second answer has a written text."""
    store, engine = ConversationStore(tmp_path), FakeEngine()
    kept = store.create()
    store.add(kept.id, engine.ask(AskRequest("Which hotline helps soldiers?")))
    turn = store.add(kept.id, engine.ask(AskRequest("How many criminal cases against deserters?")))
    sentences = (WrittenSentence("Prosecutors opened *2,076* cases.", (1,)),)
    store.add_written(kept.id, turn, Written(sentences, 1, WRITTEN, "", "small", "127.0.0.1:9"))
    return store.read(kept.id)


def test_markdown_has_the_written_text_as_no_quotation(conversation: Conversation) -> None:
    text = export_conversation(conversation, "md", "").decode()
    assert f"\n\n{HEAD}\n\nProsecutors opened \\*2,076\\* cases. [^2]\n\n{NOTE}\n\n[^1]: " in text


def test_html_has_the_written_text_as_no_quotation(conversation: Conversation) -> None:
    text = export_conversation(conversation, "html", "").decode()
    reference = '<sup><a href="#source-2">[2]</a></sup>'
    assert f'<p class="written" dir="auto">Prosecutors opened *2,076* cases. {reference}</p>' in text
    assert f'<p class="facts" dir="auto">{NOTE}</p>' in text


def test_word_has_the_written_text_as_no_quotation(conversation: Conversation) -> None:
    document = importlib.import_module("docx").Document(io.BytesIO(export_conversation(conversation, "docx", "")))
    paragraphs = [(one.text, one.style.name) for one in document.paragraphs]
    at = paragraphs.index((HEAD, "Normal"))
    assert paragraphs[at + 1 : at + 3] == [("Prosecutors opened *2,076* cases. [2]", "Normal"), (NOTE, "Normal")]


def test_a_text_of_a_turn_that_was_answered_anew_is_not_kept(tmp_path: Path) -> None:
    store, engine = ConversationStore(tmp_path), FakeEngine()
    kept = store.create()
    turn = store.add(kept.id, engine.ask(AskRequest("Which hotline helps soldiers?")))
    store.add_written(kept.id, replace(turn, asked="2020-01-01T00:00:00.000Z"), Written((), 1, WRITTEN, "", "m", "h"))
    assert store.read(kept.id).turns[0].answer.written is None
