"""The records that the packages pass to each other: frozen, without I/O.

Offsets are 0-based, half-open and count Unicode code points of ``Article.text``; every ``score`` is a similarity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.written import Written

ParagraphKind = Literal["body", "heading", "caption", "metadata"]
InterpretationKind = Literal["alone", "with_history", "given"]
Support = Literal["answered", "perhaps", "none"]
DisagreementKind = Literal["disagree", "later", "another of that name"]
ConfidenceLevel = Literal["high", "fair", "low"]

# What interfaces for people say before quotes that perhaps answer.
PERHAPS = "Perhaps an answer: the articles may not say this."
# The confidence from which it is called high.
HIGH_CONFIDENCE = 0.85


@dataclass(frozen=True, slots=True)
class Span:
    """A range of an article's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the text in this range.

        >>> Span(0, 5).of("Words and more")
        'Words'
        """
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """A range of an article that is not its content, and why."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A content range of an article, with the sentences inside it in reading order.

    ``locator`` says where in the document it begins: "page 3", or the heading above it.
    """

    start: int
    end: int
    kind: ParagraphKind
    sentences: tuple[Span, ...]
    locator: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One document of the corpus; ``text`` is stored as decoded and never edited.

    ``id`` is the path without ending, relative to the folder; ``source`` keeps the ending. ``sha256`` is the digest of
    ``text`` in UTF-8. Paragraphs and boilerplate are in reading order and never overlap. ``language`` is two letters
    (ISO 639-1). ``note`` says what was unusual about the file. ``markup``: ranges that are not shown, in order.
    """

    id: str
    source: str
    title: str
    date: str | None
    text: str
    sha256: str
    paragraphs: tuple[Paragraph, ...] = ()
    boilerplate: tuple[Boilerplate, ...] = ()
    authors: tuple[str, ...] = ()
    language: str = "en"
    note: str | None = None
    markup: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file of the folder that is not read as an article, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """A range in a named article: where a repeated text stands as well."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph retrieved for a question; ``article.text[start:end] == text``.

    ``id`` fetches it again, ``link`` is its path in the reader of the site. ``shown`` is the text without markup.
    ``locator`` is the page or section.
    """

    id: str
    rank: int
    article_id: str
    title: str
    source: str
    text: str
    start: int
    end: int
    score: float
    link: str
    shown: str = ""
    locator: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """Another place of a quotation; ``link`` is its path in the reader of the site."""

    article_id: str
    start: int
    end: int
    link: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered exact quotation; ``article.text[start:end] == quote``.

    ``link`` is its path in the reader of the site, where the other quotations of the answer are marked too. ``shown``
    is the quotation without markup, such as the pipes of a table and the targets of links. ``locator`` is
    its page or section, ``paragraph`` the number of its body paragraph in the article, from 1. ``date`` and ``authors``
    are the article's. ``emphasis`` is the range of the article with the words that answer, where such words stand out.
    """

    marker: int
    article_id: str
    title: str
    source: str
    quote: str
    start: int
    end: int
    prefix: str
    suffix: str
    article_sha256: str
    link: str
    also_in: tuple[Copy, ...] = ()
    shown: str = ""
    locator: str | None = None
    paragraph: int | None = None
    date: str | None = None
    authors: tuple[str, ...] = ()
    emphasis: Span | None = None

    @property
    def place(self) -> str | None:
        """Return where in its article the quotation is, for people: its page, section or paragraph."""
        if self.locator is None and self.paragraph is not None:
            return f"paragraph {self.paragraph:,}"
        return self.locator


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of an answer that says one thing: ``answer[start:end] == text``.

    ``markers`` number the citations that support it; one with markers is the quotation of its citation,
    without markup. ``emphasis`` is the range of ``answer`` with the words that answer, where they stand out.
    """

    text: str
    start: int
    end: int
    markers: tuple[int, ...]
    emphasis: Span | None = None


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Which generation of the index answered, and what it holds; ``collection`` names its folder among several."""

    generation: str
    model: str
    articles: int
    paragraphs: int
    collection: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The response to a question, the same through every interface.

    ``statements`` are what ``answer`` says, in order; interfaces render these and never parse ``answer``. ``answered``
    false means a refusal: no citations, one statement without markers, ``passages`` are the nearest. ``support`` says
    how far the quotes answer the question: "answered", "perhaps" where that is doubtful, "none" for a refusal.
    ``confidence`` is the probability, in [0, 1], that the quotes answer the question; ``disagreement`` says that two
    of them contradict each other, ``disagreement_kind`` how. ``written`` is the text of a language model that was asked
    to write. ``further`` counts the passages that could be quoted besides. What is not done here of what was asked,
    such as a summary, is a statement without markers before the others. Small talk gets a reply and no passages.
    """

    id: str | int | None
    question: str
    searched_for: str
    reading: InterpretationKind
    answered: bool
    support: Support
    confidence: float
    disagreement: bool
    answer: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    index: IndexInfo
    took_ms: float
    disagreement_kind: DisagreementKind | None = None
    written: Written | None = None
    further: int = 0

    @property
    def confidence_level(self) -> ConfidenceLevel:
        """Return the confidence in a word, for interfaces for people."""
        return level_of(self.confidence, self.support)


def level_of(confidence: float, support: Support) -> ConfidenceLevel:
    """Return in a word how sure an answer of this confidence and support is.

    >>> level_of(0.9, "answered"), level_of(0.9, "perhaps")
    ('high', 'low')
    """
    sure: ConfidenceLevel = "high" if confidence >= HIGH_CONFIDENCE else "fair"
    return sure if support == "answered" else "low"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The passages nearest to a question, best first, all from one generation of the index.

    ``undated`` counts the articles that a restriction to days left out because they have no date.
    """

    id: str | int | None
    question: str
    searched_for: str
    reading: InterpretationKind
    passages: tuple[Passage, ...]
    index: IndexInfo
    took_ms: float
    undated: int = 0
