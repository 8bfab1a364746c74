"""Chat completions as OpenAI's API sends them: an Answer with its citations as annotations, whole or as a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from qa.citations.links import quotation_link
from qa.records import Answer, Citation
from web.api.openai.request import MODEL


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


@dataclass(frozen=True, slots=True)
class Addition:
    """Text that follows the answer in a message, with the annotations of it."""

    text: str
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What all forms of one reply share; ``count`` returns the usage for a content, None where it is not asked for."""

    id: str
    created: int
    model: str
    site: str
    count: Callable[[str], Usage] | None


def annotate(answer: Answer, site: str) -> tuple[Annotation, ...]:
    """Return an annotation for each marker of a statement; its address opens the quotation in this site's reader."""
    cited = {citation.marker: citation for citation in answer.citations}
    return tuple(
        annotation(one.start, one.end, cited[marker], site, answer.index.collection)
        for one in answer.statements
        for marker in one.markers
    )


def annotation(start: int, end: int, cited: Citation, site: str, collection: str | None) -> Annotation:
    """Return the annotation of a range of the content, which leads to the quotation in its collection."""
    around = cited.prefix, cited.suffix
    link = quotation_link(cited.article_id, cited.start, cited.end, cited.quote, *around, collection=collection)
    return Annotation(UrlCitation(start, end, cited.title, site + link))


def completion(reply: Reply, answer: Answer, added: Iterable[Addition] = ()) -> ChatCompletion:
    """Return the answer whole, with what was added; the usage is always counted."""
    parts = [Addition(answer.answer, annotate(answer, reply.site)), *added]
    content = "".join(one.text for one in parts)
    message = AnswerMessage(content, tuple(noted for one in parts for noted in one.annotations))
    usage = Usage(0, 0, 0) if reply.count is None else reply.count(content)
    return ChatCompletion(reply.id, reply.created, (Choice(message),), usage, model=reply.model)


def chunks(reply: Reply, answer: Answer, added: Iterable[Addition] = ()) -> Iterator[Chunk]:
    """Return the answer in parts, one per statement, then what is added as it comes; the usage comes last."""
    content, annotations = answer.answer, annotate(answer, reply.site)
    yield _chunk(reply, Delta(role="assistant", content=""))
    for part in _parts(answer):
        yield _chunk(reply, Delta(content=part))
    for one in added:
        content, annotations = content + one.text, annotations + one.annotations
        yield _chunk(reply, Delta(content=one.text))
    yield _chunk(reply, Delta(annotations=annotations), "stop")
    if reply.count is not None:
        yield Chunk(reply.id, reply.created, (), reply.count(content), model=reply.model)


def _chunk(reply: Reply, delta: Delta, finish: Literal["stop"] | None = None) -> Chunk:
    return Chunk(reply.id, reply.created, (ChunkChoice(delta, finish),), model=reply.model)


def _parts(answer: Answer) -> Iterator[str]:
    """Return the answer cut at the last space before each statement but the first."""
    cuts = [answer.answer.rindex(" ", one.end, two.start) + 1 for one, two in pairwise(answer.statements)]
    for start, end in pairwise([0, *cuts, len(answer.answer)]):
        yield answer.answer[start:end]
