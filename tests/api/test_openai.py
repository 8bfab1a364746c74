from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2
import openai
import pytest

from tests.api.fakes import ApiEngine, api_site
from tests.fakes import FakeEncoder
from tests.web.fakes import DESERTERS
from web.problems import OPENAI_PATHS
from web.serving.server import Server

MODEL = "qa-articles"
CASES = "How many criminal cases against deserters?"
BOTH = f"{CASES} What hotline helps soldiers who refuse?"


@pytest.fixture
def engine() -> ApiEngine:
    return ApiEngine()


@pytest.fixture
def client(tmp_path: Path, engine: ApiEngine) -> Iterator[openai.OpenAI]:
    server = Server(api_site(tmp_path, engine), "127.0.0.1", 0, threads=2)
    thread = threading.Thread(target=server.run)
    thread.start()
    with openai.OpenAI(base_url=f"{server.address}/v1", api_key="none", max_retries=0) as client:
        yield client
    server.stop()
    thread.join(timeout=20)


def asked(question: str) -> list[openai.types.chat.ChatCompletionMessageParam]:
    return [{"role": "user", "content": question}]


def test_an_answer_carries_its_citations_as_annotations(client: openai.OpenAI) -> None:
    message = client.chat.completions.create(model=MODEL, messages=asked(BOTH)).choices[0].message
    assert message.content is not None
    assert message.annotations is not None
    quotes = [message.content[one.url_citation.start_index : one.url_citation.end_index] for one in message.annotations]
    assert [one.type for one in message.annotations] == ["url_citation"] * 2
    assert sorted(quotes) == sorted(
        [
            "In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters.",
            "A hotline called Go by the Forest helps soldiers who refuse to fight.",
        ]
    )
    for quote, one in zip(quotes, message.annotations, strict=True):
        address = urlsplit(one.url_citation.url)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        assert unquote(address.path) == "/articles/deserters"
        assert DESERTERS[int(query["start"]) : int(query["end"])] == quote == query["quote"]
        assert one.url_citation.title == "Soldiers refuse to fight"


def test_the_address_of_a_citation_opens_the_article_at_the_mark(client: openai.OpenAI) -> None:
    message = client.chat.completions.create(model=MODEL, messages=asked(CASES)).choices[0].message
    assert message.annotations is not None
    page = httpx2.get(message.annotations[0].url_citation.url)
    assert page.status_code == 200
    assert ">In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters.</mark>" in page.text


def test_a_refusal_is_text_without_annotation(client: openai.OpenAI) -> None:
    choice = client.chat.completions.create(model=MODEL, messages=asked("Best pasta recipe?")).choices[0]
    assert (choice.message.content, choice.message.annotations) == ("The articles do not answer this.", [])
    assert choice.finish_reason == "stop"


def test_a_stream_brings_the_same_answer(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model=MODEL, messages=asked(BOTH)).choices[0].message
    stream = client.chat.completions.create(
        model=MODEL, messages=asked(BOTH), stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert deltas[0].role == "assistant"
    assert len([delta for delta in deltas if delta.content]) == 2
    assert "".join(delta.content or "" for delta in deltas) == whole.content
    assert deltas[-1].model_extra is not None
    assert deltas[-1].model_extra["annotations"] == [one.model_dump() for one in whole.annotations or []]
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_stream_of_a_refusal_has_its_words(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(model=MODEL, messages=asked("Best pasta recipe?"), stream=True)
    chunks = list(stream)
    assert "".join(one.choices[0].delta.content or "" for one in chunks) == "The articles do not answer this."
    assert all(one.usage is None for one in chunks)


def test_earlier_messages_are_the_history(client: openai.OpenAI, engine: ApiEngine) -> None:
    client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "Answer like a pirate."},
            {"role": "assistant", "content": "Welcome!"},
            {"role": "user", "content": "First?"},
            {"role": "assistant", "content": "One."},
            {"role": "assistant", "content": "One, I mean."},
            {"role": "user", "content": "x" * 3000},
            {"role": "user", "content": [{"type": "text", "text": "Most"}, {"type": "text", "text": "convicted?"}]},
            {"role": "assistant", "content": "Say"},
        ],
        temperature=0.7,
        top_p=0.5,
        max_tokens=100,
        n=1,
        seed=1,
        user="someone",
        tools=[{"type": "function", "function": {"name": "f"}}],
        response_format={"type": "text"},
    )
    (request,) = engine.requests
    assert request.question == "Most\nconvicted?"
    assert [(turn.question, turn.answer) for turn in request.history] == [("First?", "One, I mean."), ("x" * 2000, "")]


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        ([{"role": "system", "content": "a"}], "The messages have no question: the last one of the role user"),
        ([{"role": "user", "content": ""}], "The last message of the user is empty."),
        ([{"role": "user", "content": "a" * 2001}], "The last message of the user may have 2,000 characters at most."),
        ([], "`messages` is empty."),
        ([{"role": "nobody", "content": "a"}], "`messages[0].role` may not be 'nobody'."),
        (
            [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}],
            "Only text can be answered; the question has a part of the type 'image_url'.",
        ),
        (
            [
                {
                    "role": "user",
                    "content": [{"type": "text", "text": CASES}, {"type": "input_audio", "input_audio": {}}],
                }
            ],
            "Only text can be answered; the question has a part of the type 'input_audio'.",
        ),
    ],
)
def test_what_cannot_be_answered_is_said_where_the_client_looks(
    client: openai.OpenAI, messages: list[openai.types.chat.ChatCompletionMessageParam], words: str
) -> None:
    with pytest.raises(openai.BadRequestError, match="Error code: 400") as caught:
        client.chat.completions.create(model=MODEL, messages=messages)
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["message"].startswith(words)
    assert caught.value.response.headers["content-type"] == "application/problem+json"


def test_parts_of_earlier_messages_that_are_no_text_are_not_read(client: openai.OpenAI, engine: ApiEngine) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    messages: list[Any] = [
        {"role": "system", "content": [{"type": "text", "text": "Be brief."}, {"type": "file", "file": {}}]},
        {"role": "user", "content": [picture, {"type": "text", "text": "What is this?"}]},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
        {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}]},
        {"role": "assistant", "content": None, "audio": {"id": "a"}, "tool_calls": []},
        {"role": "tool", "content": "42", "tool_call_id": "c"},
        {"role": "user", "content": [{"type": "text", "text": CASES}]},
    ]
    assert client.chat.completions.create(model=MODEL, messages=messages).choices[0].message.annotations
    (request,) = engine.requests
    assert [(turn.question, turn.answer) for turn in request.history] == [("What is this?", ""), ("", "")]


def test_null_is_as_if_not_given(client: openai.OpenAI) -> None:
    names = ("model", "stream", "stream_options", "response_format", "modalities", "tools", "tool_choice", "n", "stop")
    body = {"messages": asked(CASES), **dict.fromkeys(names)}
    assert client.post("/chat/completions", body=body, cast_to=httpx2.Response).status_code == 200
    body = {"messages": asked(CASES), "stream": True, "stream_options": {"include_usage": None}}
    assert client.post("/chat/completions", body=body, cast_to=httpx2.Response).status_code == 200
    texts = {"model": "fake", "input": "red fox", "encoding_format": None, "dimensions": None, "user": None}
    assert client.post("/embeddings", body=texts, cast_to=httpx2.Response).status_code == 200


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"response_format": {"type": "json_object"}}, "The answer is text: `response_format`"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "a"}}}, "The answer is text: `response"),
        ({"modalities": ["text", "audio"]}, "The answer is text: `modalities` has to be text alone"),
        ({"tool_choice": "required", "tools": []}, "No tool is called here: `tool_choice`"),
        ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, "No tool is called here"),
        ({"n": 3}, "There is one answer to a question: `n` has to be 1"),
        ({"function_call": {"name": "f"}, "functions": [{"name": "f"}]}, "No function is called here: `function_call`"),
        ({"logprobs": True, "top_logprobs": 2}, "Quotations have no probability per token: `logprobs`"),
    ],
)
def test_another_form_of_answer_is_refused(client: openai.OpenAI, options: dict[str, Any], words: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=MODEL, messages=asked(CASES), **options)
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["message"].startswith(words)


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda client: client.responses.create(model=MODEL, input="a"), "/v1/responses"),
        (lambda client: client.completions.create(model=MODEL, prompt="a"), "/v1/completions"),
        (lambda client: client.images.generate(model=MODEL, prompt="a"), "/v1/images/generations"),
        (lambda client: client.moderations.create(input="a"), "/v1/moderations"),
        (lambda client: client.files.list(), "/v1/files"),
    ],
)
def test_calls_that_are_not_here_get_an_error_that_the_client_can_print(
    client: openai.OpenAI, call: Callable[[openai.OpenAI], Any], path: str
) -> None:
    with pytest.raises(openai.NotFoundError, match=f"There is no {path} here") as caught:
        call(client)
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["message"].startswith(f"There is no {path} here. /docs shows what there is; of OpenAI's")


@pytest.mark.parametrize("base", ["", "/openai", "/v1/v1"])
def test_a_wrong_base_address_gets_an_error_that_the_client_can_print(client: openai.OpenAI, base: str) -> None:
    address = str(client.base_url).removesuffix("/v1/") + base
    words = f"There is no {base}/chat/completions here. /docs shows what there is; of OpenAI's API that is /v1/chat"
    with (
        openai.OpenAI(base_url=address, api_key="none", max_retries=0) as lost,
        pytest.raises(openai.NotFoundError) as caught,
    ):
        lost.chat.completions.create(model=MODEL, messages=asked(CASES))
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["message"].startswith(words)


@pytest.mark.parametrize("task", ["Generate a concise title of the chat.", "Suggest 3-5 follow-up questions."])
def test_a_task_for_a_model_that_writes_is_refused(client: openai.OpenAI, task: str) -> None:
    """Open WebUI would take quotations for the title, the tags or the search that it asked for."""
    prompt = f"### Task:\n{task}\n### Chat History:\n<chat_history>\nUSER: {CASES}\n</chat_history>"
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=MODEL, messages=asked(prompt))
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["message"].startswith(
        "This is a task for a model that writes; here questions are answered"
    )
    assert caught.value.param == "messages"


def test_a_long_conversation_with_pictures_is_answered(client: openai.OpenAI, engine: ApiEngine) -> None:
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{'A' * 2_000_000}"}}
    messages: list[Any] = [
        {"role": "user", "content": [picture, {"type": "text", "text": None}]},
        *({"role": role, "content": "a"} for _ in range(600) for role in ("user", "assistant")),
        *asked(CASES),
    ]
    assert client.chat.completions.create(model=MODEL, messages=messages).choices[0].message.annotations
    (request,) = engine.requests
    assert len(request.history) == 50


@pytest.mark.parametrize("kind", ["text", "input_text", "output_text"])
def test_text_has_the_types_of_either_api_of_theirs(client: openai.OpenAI, kind: str) -> None:
    messages: list[Any] = [{"role": "user", "content": [{"type": kind, "text": CASES}]}]
    assert client.chat.completions.create(model=MODEL, messages=messages).choices[0].message.annotations


def test_an_error_names_the_field_where_the_client_looks(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=MODEL, messages=asked(CASES), n=3)
    assert caught.value.param == "n"
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=MODEL, messages=asked("a" * 2001))
    assert caught.value.param == "messages"
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["message"] == "The last message of the user may have 2,000 characters at most."


def test_the_form_that_there_is_may_be_asked_for(client: openai.OpenAI) -> None:
    answered = client.chat.completions.create(
        model=MODEL,
        messages=asked(CASES),
        response_format={"type": "text"},
        modalities=["text"],
        tool_choice="auto",
        function_call="none",
        n=1,
        logprobs=False,
    )
    assert answered.choices[0].message.content


def test_every_address_of_theirs_is_known_to_the_problems(tmp_path: Path) -> None:
    rules = api_site(tmp_path).url_map.iter_rules()
    theirs = [rule.rule for rule in rules if rule.endpoint.startswith("openai.")]
    assert len(theirs) == 4
    assert all(rule.startswith(OPENAI_PATHS) for rule in theirs)


def test_the_models_are_what_answers_and_what_encodes(client: openai.OpenAI) -> None:
    assert [one.id for one in client.models.list()] == [MODEL, "fake"]
    assert client.models.retrieve("fake").owned_by == "qa"
    with pytest.raises(openai.NotFoundError, match="There is no model 'gpt'"):
        client.models.retrieve("gpt")


def test_embeddings_are_the_encoders_own_in_either_form(client: openai.OpenAI) -> None:
    texts = ["red fox", "Red fox, red!"]
    wanted = [FakeEncoder().encode(text).sentence.tolist() for text in texts]
    plain = client.embeddings.create(model="fake", input=texts, encoding_format="float")
    packed = client.embeddings.create(model="fake", input=texts)
    for response in (plain, packed):
        assert [one.index for one in response.data] == [0, 1]
        assert [one.embedding for one in response.data] == [pytest.approx(one) for one in wanted]
        assert (response.model, response.usage.total_tokens) == ("fake", 5)


def test_one_text_may_come_by_itself(client: openai.OpenAI) -> None:
    (one,) = client.embeddings.create(model="fake", input="red fox").data
    assert one.embedding == pytest.approx(FakeEncoder().encode("red fox").sentence.tolist())


def test_vectors_have_the_dimensions_of_the_model(client: openai.OpenAI) -> None:
    assert len(client.embeddings.create(model="fake", input="red fox", dimensions=64).data[0].embedding) == 64
    with pytest.raises(openai.BadRequestError, match="Vectors of fake have 64 dimensions, and no others are made"):
        client.embeddings.create(model="fake", input="red fox", dimensions=256)


def test_embeddings_of_another_model_are_not_made_up(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="There is no model 'text-embedding-3-small' here"):
        client.embeddings.create(model="text-embedding-3-small", input="red fox")


@pytest.mark.parametrize("texts", ["", [], ["a"] * 65, [""], [[1, 2, 3]]])
def test_texts_that_cannot_be_encoded_are_refused(client: openai.OpenAI, texts: list[str]) -> None:
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model="fake", input=texts)


def test_without_a_writer_its_model_is_unknown_and_ignored(client: openai.OpenAI) -> None:
    assert [one.id for one in client.models.list()] == [MODEL, "fake"]
    answer = client.chat.completions.create(model="qa-articles-written", messages=asked(CASES))
    assert answer.model == MODEL
