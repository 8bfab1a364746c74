"""What a check of a draft returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from qa.records import IndexInfo
from qa.requests import CollectionName, WrittenText, require_words

DRAFT_CHARACTERS = 1_000_000

ClaimKind = Literal["quotation", "figure"]
ClaimStatus = Literal["exact", "differs", "absent"]


class CheckRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft whose quotations and figures are to be found in the articles."""

    text: Annotated[WrittenText, Meta(max_length=DRAFT_CHARACTERS, description="The draft, as plain text.")]
    collection: CollectionName | None = None

    def __post_init__(self) -> None:
        require_words(self.text, "The draft is empty. Paste a text.")


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of words: the "same" in both, or only in the "draft", or only in the "article"."""

    where: Literal["same", "draft", "article"]
    text: str


@dataclass(frozen=True, slots=True)
class ClaimSource:
    """Where an article has the claim, or what comes nearest: ``article.text[start:end] == quote``."""

    article_id: str
    title: str
    source: str
    date: str | None
    quote: str
    start: int
    end: int
    link: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A quotation of the draft, or a sentence of it with figures: ``draft[start:end] == text``.

    "exact": an article has the same words, or a sentence whose figures agree with each of these. "differs": an
    article has nearly these words, or other figures for the thing; ``differences`` says what is different. "absent": no
    article has it; ``sources`` is empty.
    """

    kind: ClaimKind
    text: str
    start: int
    end: int
    status: ClaimStatus
    sources: tuple[ClaimSource, ...] = ()
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """The claims of a draft in their order; ``unchecked`` counts those beyond what one check takes."""

    claims: tuple[Claim, ...]
    unchecked: int
    index: IndexInfo
