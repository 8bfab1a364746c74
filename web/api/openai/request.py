"""Chat requests as OpenAI's API takes them: a conversation whose last user message is the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from qa.errors import BadRequest
from qa.requests import HISTORY_LIMIT, QUESTION_LIMIT, AskRequest, CollectionName, request_from

MODEL = "qa-articles"
# Answers with a written text after the quotations, where a language model is configured.
WRITING_MODEL = "qa-articles-written"
MESSAGE_LIMIT = 10_000
ANSWER_LIMIT = 20_000
# The types of a text in chat completions and in the Responses API, whose messages some clients send here.
TEXT_TYPES = {"text", "input_text", "output_text"}
# How Open WebUI begins what it asks a model for itself: a title, tags, the next questions, a search.
TASK = "### Task:"


class Part(msgspec.Struct, frozen=True):
    """A piece of a message: text, which counts, or anything else, which only an earlier message may have."""

    type: str
    text: str | None = ""


Content = str | tuple[Part, ...] | None


class Message(msgspec.Struct, frozen=True):
    """What someone said; only what a user or the assistant said counts, other roles are accepted and not read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content = None


class StreamOptions(msgspec.Struct, frozen=True):
    """What a stream has besides the answer."""

    include_usage: bool | None = False


class ResponseFormat(msgspec.Struct, frozen=True):
    """The form of the answer, which is text."""

    type: Annotated[str, Meta(extra_json_schema={"enum": ["text"]})]


class ChatRequest(msgspec.Struct, frozen=True):
    """A conversation whose last user message is the question.

    What would give the answer another form is refused; fields that are not named here are ignored.
    """

    messages: Annotated[tuple[Message, ...], Meta(min_length=1, max_length=MESSAGE_LIMIT)]
    model: Annotated[
        Annotated[str, Meta(max_length=200)] | None,
        Meta(description="The model that writes, `qa:` and a collection; any other is ignored."),
    ] = MODEL
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    response_format: ResponseFormat | None = None
    modalities: tuple[Annotated[str, Meta(extra_json_schema={"enum": ["text"]})], ...] | None = None
    tool_choice: Annotated[Any, Meta(extra_json_schema={"enum": ["auto", "none"]})] = "auto"
    collection: CollectionName | None = None
    function_call: Annotated[Any, Meta(extra_json_schema={"enum": ["auto", "none"]})] = "auto"
    logprobs: Annotated[bool | None, Meta(extra_json_schema={"enum": [False]})] = False
    n: Annotated[int | None, Meta(extra_json_schema={"minimum": 1, "maximum": 1})] = None


def as_request(chat: ChatRequest) -> AskRequest:
    """Return the question that a conversation asks, after its earlier turns.

    Raises BadRequest when it has none, or asks for another form of answer than one text.
    """
    _refuse_other_forms(chat)
    asked = [one for one in chat.messages if one.role == "user"]
    if asked:
        _refuse_other_parts(asked[-1].content)
    said = [(one.role, _text(one.content)) for one in chat.messages if one.role in {"user", "assistant"}]
    last = max((at for at, (role, _) in enumerate(said) if role == "user"), default=None)
    if last is None:
        raise BadRequest("The messages have no question: the last one of the role user is answered.")
    question = said[last][1]
    if question.lstrip().startswith(TASK):
        raise BadRequest(
            "This is a task for a model that writes; here questions are answered in quotations. Choose another model "
            "for such tasks: Open WebUI has one in its settings, under Interface.",
            "messages",
        )
    try:
        return request_from({"question": question, "history": _turns(said[:last])})
    except BadRequest as error:
        raise BadRequest(str(error).replace("`question`", "The last message of the user"), "messages") from error


def _refuse_other_forms(chat: ChatRequest) -> None:
    if chat.response_format is not None and chat.response_format.type != "text":
        raise BadRequest(
            "The answer is text: `response_format` has to be of the type text, or left out. /v1/ask answers in JSON.",
            "response_format",
        )
    if any(one != "text" for one in chat.modalities or ()):
        raise BadRequest("The answer is text: `modalities` has to be text alone, or left out.", "modalities")
    if chat.tool_choice not in ("auto", "none", None):
        raise BadRequest("No tool is called here: `tool_choice` has to be auto or none, or left out.", "tool_choice")
    if chat.function_call not in ("auto", "none", None):
        raise BadRequest(
            "No function is called here: `function_call` has to be auto or none, or left out.", "function_call"
        )
    if chat.logprobs:
        raise BadRequest(
            "Quotations have no probability per token: `logprobs` has to be false, or left out.", "logprobs"
        )
    if chat.n not in (1, None):
        raise BadRequest("There is one answer to a question: `n` has to be 1, or left out.", "n")


def _refuse_other_parts(content: Content) -> None:
    for part in content if isinstance(content, tuple) else ():
        if part.type not in TEXT_TYPES:
            words = f"Only text can be answered; the question has a part of the type {part.type[:80]!r}."
            raise BadRequest(words, "messages")


def _text(content: Content) -> str:
    """Return the text of a message; its other parts are not read."""
    if isinstance(content, tuple):
        return "\n".join(part.text or "" for part in content if part.type in TEXT_TYPES)
    return content or ""


def _turns(said: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the earlier questions, each with what was answered; what is too long for a turn is cut."""
    turns: list[dict[str, Any]] = []
    for role, text in said:
        if role == "user":
            turns.append({"question": text[:QUESTION_LIMIT], "answer": ""})
        elif turns:
            turns[-1]["answer"] = text[:ANSWER_LIMIT]
    return turns[-HISTORY_LIMIT:]
