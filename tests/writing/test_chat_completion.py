"""A written text in a chat of the official client: sentence by sentence behind the quotations."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from qa.writing.checks.entailment import NoEntailment
from qa.writing.endpoint import EndpointWriter
from qa.writing.written import CheckedWriter
from tests.fakes import FakeEncoder
from tests.web.fakes import fake_site
from tests.writing.fakes import FakeEndpoint, FakeRequest, fake_endpoint
from web.serving.server import Server
from web.site import Site

MODEL = "qa-articles-written"
QUOTE = "In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters."
SENTENCE = "Prosecutors opened 2,076 criminal cases against deserters."
ASKED: list[ChatCompletionMessageParam] = [
    {"role": "user", "content": "How many criminal cases against deserters?"},
]


class HeldScript:
    """Writes one sentence, and the next one once it is released."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def __call__(self, request: FakeRequest) -> None:
        request.begin()
        request.send_piece(f"{SENTENCE[:-1]} [1]. The moon ")
        self.released.wait(20)
        request.send_piece("is made of cheese [1].")
        request.send("data: [DONE]\n\n")


@pytest.fixture
def script() -> HeldScript:
    return HeldScript()


@pytest.fixture
def endpoint(script: HeldScript) -> Iterator[FakeEndpoint]:
    with fake_endpoint(script) as served:
        yield served
        script.released.set()


@pytest.fixture
def client(tmp_path: Path, endpoint: FakeEndpoint) -> Iterator[openai.OpenAI]:
    app = fake_site(tmp_path)
    site: Site = app.extensions["qa"]
    writer = EndpointWriter(endpoint.address, "small", "", 4096, 30)
    site.writer = CheckedWriter(writer, FakeEncoder(4096), NoEntailment(), 2)
    server = Server(app, "127.0.0.1", 0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    with openai.OpenAI(base_url=f"{server.address}/v1", api_key="none", max_retries=0) as client:
        yield client
    server.stop()
    thread.join(timeout=20)


def note(endpoint: FakeEndpoint) -> str:
    by = f"small at 127.0.0.1:{endpoint.server_port}"
    return f"Written by {by}, checked against the quotations. 1 sentence left out: not supported."


def test_the_text_follows_the_quotations_with_annotations_of_its_own(
    client: openai.OpenAI, endpoint: FakeEndpoint, script: HeldScript
) -> None:
    script.released.set()
    answer = client.chat.completions.create(model=MODEL, messages=ASKED)
    message = answer.choices[0].message
    quotes, sentence, by = str(message.content).split("\n\n")
    assert quotes.startswith(f"“{QUOTE}” [1]")
    assert (sentence, by, answer.model) == (f"{SENTENCE} [1]", note(endpoint), MODEL)
    cited = (message.annotations or [])[-1].url_citation
    assert str(message.content)[cited.start_index : cited.end_index] == SENTENCE
    assert cited.url.startswith(str(client.base_url).removesuffix("/v1/") + "/articles/deserters?start=")
    assert answer.usage is not None
    assert answer.usage.completion_tokens == FakeEncoder().count_tokens(str(message.content))


def test_a_stream_brings_each_part_as_soon_as_it_is_there(
    client: openai.OpenAI, endpoint: FakeEndpoint, script: HeldScript
) -> None:
    stream = client.chat.completions.create(
        model=MODEL, messages=ASKED, stream=True, stream_options={"include_usage": True}
    )
    content = ""
    while SENTENCE not in content:
        content += next(stream).choices[0].delta.content or ""
    assert content.endswith(f"\n\n{SENTENCE} [1]")
    assert not script.released.is_set()
    script.released.set()
    *parts, last, usage = list(stream)
    content += "".join(part.choices[0].delta.content or "" for part in parts)
    assert content.endswith(f"\n\n{note(endpoint)}")
    assert last.choices[0].finish_reason == "stop"
    assert usage.usage is not None
    assert usage.usage.completion_tokens == FakeEncoder().count_tokens(content)


def test_a_refusal_and_other_models_send_nothing(client: openai.OpenAI, endpoint: FakeEndpoint) -> None:
    refused = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Best pasta recipe?"}])
    assert refused.choices[0].message.content == "The articles do not answer this."
    plain = client.chat.completions.create(model="qa-articles", messages=ASKED)
    assert SENTENCE not in str(plain.choices[0].message.content)
    assert not endpoint.requests


def test_the_models_name_the_one_that_writes(client: openai.OpenAI) -> None:
    assert [one.id for one in client.models.list()] == ["qa-articles", MODEL, "fake"]
    assert client.models.retrieve(MODEL).id == MODEL
