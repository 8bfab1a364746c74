"""A language model with real weights: it streams, it can be left, and what it invents is not shown.

So small a model writes badly, which is what the checks are tested against.
"""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import openai
import pytest

from qa.factory import open_engine
from qa.settings import Settings
from qa.text.fold import fold
from qa.writing import endpoint
from qa.writing.writer import Source, WriterFailed, WriteTask
from tests.writing.model.serving import CONTEXT, KEY, NAME, ServedModel
from web import create_app

SECONDS_TO_END = 60
SECONDS_PER_PIECE = 90.0  # on a machine that does much else at the same time
TASK = WriteTask(
    "Why did the Aurora sink, and who was saved?",
    (
        Source(1, "The ferry", "1994-03-02", "The Aurora sank in 1994 with at least 12 sailors on board."),
        Source(2, "Storm", None, "A wave broke two windows of the bridge, Captain Berg said. All sailors were saved."),
    ),
)
# Takes seconds to read.
LONG = " ".join(f"On day {day} the ferry carried people and cars from port to port." for day in range(1, 81))
QUESTIONS = (
    "How many criminal cases were opened against deserters in the first half of 2023?",
    "Who is Andriy Yusov?",
    "Which city does Sergey come from?",
    "How old is Vinnie?",
)


def test_it_streams_in_pieces_and_gives_its_usage(served: ServedModel) -> None:
    with closing(served.writer().write(TASK)) as writing:
        pieces = list(writing)
    assert len(pieces) > 3
    assert served.endings.get(timeout=SECONDS_TO_END) == "whole"
    asked: dict[str, Any] = {"stream": True, "stream_options": {"include_usage": True}, "max_tokens": 8}
    with openai.OpenAI(base_url=served.address, api_key=KEY, max_retries=0) as client:
        messages: Any = [{"role": "user", "content": "Say hello."}]
        *_, last = client.chat.completions.create(model=NAME, messages=messages, **asked)
    assert last.usage.total_tokens == last.usage.prompt_tokens + last.usage.completion_tokens
    assert 0 < last.usage.completion_tokens <= 8
    assert served.endings.get(timeout=SECONDS_TO_END) == "whole"


def test_a_reader_who_leaves_ends_the_writing(served: ServedModel) -> None:
    with closing(served.writer().write(TASK)) as writing:
        assert next(writing)
    assert served.endings.get(timeout=SECONDS_TO_END) == "left"


@pytest.mark.parametrize(
    ("model", "key", "code"), [(NAME, "another", "key_refused"), ("another", KEY, "model_unknown")]
)
def test_it_refuses_what_it_does_not_know(served: ServedModel, model: str, key: str, code: str) -> None:
    with pytest.raises(WriterFailed) as failed, closing(served.writer(model, key).write(TASK)) as writing:
        next(writing)
    assert failed.value.code == code
    assert "another" not in str(failed.value)


def test_a_first_piece_is_not_waited_for_longer_than_was_set(served: ServedModel) -> None:
    long = WriteTask("What happened?", (Source(1, "Log", None, LONG),))
    with pytest.raises(WriterFailed) as failed, closing(served.writer(wait=1).write(long)) as writing:
        next(writing)
    assert failed.value.code == "too_slow"
    assert served.endings.get(timeout=SECONDS_TO_END) == "left"


def test_no_number_name_or_quotation_is_shown_that_is_not_cited(
    served: ServedModel, seeds_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "PIECE_SECONDS", SECONDS_PER_PIECE)
    settings = Settings(
        index=seeds_index,
        data=tmp_path,
        writer=served.address,
        writer_model=NAME,
        writer_key=KEY,
        writer_context=CONTEXT,
        writer_wait=2 * int(SECONDS_PER_PIECE),
    )
    client = create_app(open_engine(settings), settings).test_client()
    drafts = 0
    for question in QUESTIONS:
        asked = {"question": question, "write": True}
        sent = client.post("/v1/ask", json=asked, headers={"Accept": "text/event-stream"})
        events = [part.split("\n") for part in sent.text.strip().split("\n\n")]
        answer, *sentences, written = [json.loads(data.removeprefix("data: ")) for _, data in events]
        assert written["sentences"] == sentences
        drafts += written["left_out"] + len(sentences)
        shown = {one["marker"]: " ".join([one["title"], one["shown"], one["quote"]]) for one in answer["citations"]}
        for sentence in sentences:
            cited = fold(" ".join(shown[marker] for marker in sentence["markers"]))
            assert [word for word in _must_be_cited(sentence["text"]) if fold(word) not in cited] == []
    assert drafts > 0


def _must_be_cited(sentence: str) -> list[str]:
    """Return the numbers, the capitalised words behind the first, and what stands in quotation marks."""
    names = re.findall(r"(?<!^)\b[A-Z]\w+", sentence)
    return [*re.findall(r"\d[\d.,]*\d|\d", sentence), *names, *re.findall(r"[“\"]([^“”\"]+)[”\"]", sentence)]
