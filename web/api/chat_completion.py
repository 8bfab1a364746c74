"""Chat completions as OpenAI's API has them: a conversation in, an Answer with its citations as annotations out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from qa.citations.links import quotation_link
from qa.errors import BadRequest
from qa.records import Answer, Citation, Statement
from qa.requests import HISTORY_LIMIT, QUESTION_LIMIT, AskRequest, request_from

MODEL = "qa-articles"
MESSAGE_LIMIT = 500
ANSWER_LIMIT = 20_000


class Part(msgspec.Struct, frozen=True):
    """A piece of a message: text, which counts, or anything else, which only an earlier message may have."""

    type: str
    text: str = ""


Content = str | tuple[Part, ...] | None


class Message(msgspec.Struct, frozen=True):
    """What someone said; only what a user or the assistant said counts, other roles are accepted and not read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content = None


class StreamOptions(msgspec.Struct, frozen=True):
    """What a stream has besides the answer."""

    include_usage: bool = False


class ResponseFormat(msgspec.Struct, frozen=True):
    """The form of the answer, which is text."""

    type: Annotated[str, Meta(extra_json_schema={"enum": ["text"]})]


class ChatRequest(msgspec.Struct, frozen=True):
    """A conversation whose last user message is the question.

    What would give the answer another form is refused; fields that are not named here are ignored.
    """

    messages: Annotated[tuple[Message, ...], Meta(min_length=1, max_length=MESSAGE_LIMIT)]
    model: Annotated[str, Meta(max_length=200, description="Ignored: there is one way of answering.")] = MODEL
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    response_format: ResponseFormat | None = None
    modalities: tuple[Annotated[str, Meta(extra_json_schema={"enum": ["text"]})], ...] | None = None
    tool_choice: Annotated[Any, Meta(extra_json_schema={"enum": ["auto", "none"]})] = "auto"
    n: Annotated[int | None, Meta(extra_json_schema={"minimum": 1, "maximum": 1})] = None


class UrlCitation(msgspec.Struct, frozen=True):
    """A quotation in the content, from start_index to end_index in code points, and where it stands."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(msgspec.Struct, frozen=True):
    """A citation as OpenAI's API nests it."""

    url_citation: UrlCitation
    type: Literal["url_citation"] = "url_citation"


class AnswerMessage(msgspec.Struct, frozen=True):
    """The answer: quotations with markers and an annotation for each, or a refusal's words and no annotation."""

    content: str
    annotations: tuple[Annotation, ...]
    role: Literal["assistant"] = "assistant"
    refusal: None = None


class Choice(msgspec.Struct, frozen=True):
    """The one answer that there is."""

    message: AnswerMessage
    index: int = 0
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Usage(msgspec.Struct, frozen=True):
    """How many tokens of the encoder the question and the answer have."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(msgspec.Struct, frozen=True):
    """A whole answer."""

    id: str
    created: Annotated[int, Meta(description="Seconds since 1970.")]
    choices: tuple[Choice, ...]
    usage: Usage
    object: Literal["chat.completion"] = "chat.completion"
    model: str = MODEL


class Delta(msgspec.Struct, frozen=True):
    """The next part of an answer."""

    role: Literal["assistant"] | UnsetType = UNSET
    content: str | UnsetType = UNSET
    annotations: tuple[Annotation, ...] | UnsetType = UNSET


class ChunkChoice(msgspec.Struct, frozen=True):
    """The next part of the one answer that there is."""

    delta: Delta
    finish_reason: Literal["stop"] | None = None
    index: int = 0
    logprobs: None = None


class Chunk(msgspec.Struct, frozen=True):
    """One event of a stream."""

    id: str
    created: int
    choices: tuple[ChunkChoice, ...]
    usage: Usage | None = None
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    model: str = MODEL


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
    try:
        return request_from({"question": said[last][1], "history": _turns(said[:last])})
    except BadRequest as error:
        raise BadRequest(str(error), "messages") from error


def annotate(answer: Answer, site: str) -> tuple[Annotation, ...]:
    """Return an annotation for each marker of a statement; its address opens the quotation in this site's reader."""
    cited = {citation.marker: citation for citation in answer.citations}
    return tuple(
        _annotation(statement, cited[marker], site) for statement in answer.statements for marker in statement.markers
    )


def completion(identifier: str, created: int, answer: Answer, site: str, usage: Usage) -> ChatCompletion:
    """Return the answer whole."""
    message = AnswerMessage(answer.answer, annotate(answer, site))
    return ChatCompletion(identifier, created, (Choice(message),), usage)


def chunks(identifier: str, created: int, answer: Answer, site: str, usage: Usage | None) -> Iterator[Chunk]:
    """Return the answer in parts, one per statement; usage comes last where it is given."""
    yield Chunk(identifier, created, (ChunkChoice(Delta(role="assistant", content="")),))
    for part in _parts(answer):
        yield Chunk(identifier, created, (ChunkChoice(Delta(content=part)),))
    yield Chunk(identifier, created, (ChunkChoice(Delta(annotations=annotate(answer, site)), "stop"),))
    if usage is not None:
        yield Chunk(identifier, created, (), usage)


def _annotation(statement: Statement, cited: Citation, site: str) -> Annotation:
    link = quotation_link(cited.article_id, cited.start, cited.end, cited.quote, cited.prefix, cited.suffix)
    return Annotation(UrlCitation(statement.start, statement.end, cited.title, site + link))


def _parts(answer: Answer) -> Iterator[str]:
    """Return the answer cut at the last space before each statement but the first."""
    cuts = [answer.answer.rindex(" ", one.end, two.start) + 1 for one, two in pairwise(answer.statements)]
    for start, end in pairwise([0, *cuts, len(answer.answer)]):
        yield answer.answer[start:end]


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
    if chat.n not in (1, None):
        raise BadRequest("There is one answer to a question: `n` has to be 1, or left out.", "n")


def _refuse_other_parts(content: Content) -> None:
    for part in content if isinstance(content, tuple) else ():
        if part.type != "text":
            words = f"Only text can be answered; the question has a part of the type {part.type[:80]!r}."
            raise BadRequest(words, "messages")


def _text(content: Content) -> str:
    """Return the text of a message; its other parts are not read."""
    if isinstance(content, tuple):
        return "\n".join(part.text for part in content if part.type == "text")
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
