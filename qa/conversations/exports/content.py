"""What an export says, whatever its format: its parts in order, and the sources that quotations name by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.citations.statements import describe_disagreement, quote_all, split_emphasis
from qa.conversations.quotations import KeptQuotation
from qa.conversations.store import Conversation, KeptTurn, Scope
from qa.records import PERHAPS, Answer, Citation, ConfidenceLevel, Statement
from qa.written import describe_written

PartKind = Literal["question", "facts", "note", "text", "quotation", "written"]

NOT_QUOTED = "Written from the quotations above, not quoted:"


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of an export.

    ``pieces`` are its text before, in and after the words that answer; a quotation has the ``numbers`` of its sources,
    and a written sentence those of the quotations that it was written from.
    """

    kind: PartKind
    pieces: tuple[str, str, str]
    numbers: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """Return the whole text of the part."""
        return "".join(self.pieces)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a quotation stands; ``address`` opens its article there.

    ``by`` are the authors and the date, ``place`` is the file with the place in it and the start of its digest.
    """

    number: int
    title: str
    by: str
    place: str
    address: str


@dataclass(frozen=True, slots=True)
class Content:
    """A document to export; the sources are numbered from 1 through all its parts."""

    title: str
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]


def conversation_content(conversation: Conversation, site: str) -> Content:
    """Return the conversation as a document whose links lead to the reader of this site."""
    parts: list[Part] = []
    sources: list[Source] = []
    for turn in conversation.turns:
        parts += _turn(turn, len(sources))
        sources += [
            source_of(number, citation, site) for number, citation in enumerate(turn.answer.citations, len(sources) + 1)
        ]
    return Content(one_line(conversation.title), tuple(parts), tuple(sources))


def quotations_content(title: str, kept: Sequence[KeptQuotation], site: str) -> Content:
    """Return the kept quotations of the conversation of this title as a document, under the questions they answered."""
    parts: list[Part] = []
    asked: tuple[str, str] | None = None
    ordered = sorted(kept, key=lambda one: (one.turn, one.asked))
    for number, one in enumerate(ordered, 1):
        if (one.question, one.asked) != asked:
            asked = one.question, one.asked
            parts.append(plain("question", one_line(one.question)))
            parts.append(asked_facts(one.asked, one.scope, one.confidence_level, one.confidence))
            if one.support == "perhaps":
                parts.append(plain("note", PERHAPS))
        parts.append(quoted(quote_all([one.citation])[1][0], [number]))
    sources = tuple(source_of(number, one.citation, site) for number, one in enumerate(ordered, 1))
    return Content(f"Quotations kept from: {one_line(title)}", tuple(parts), sources)


def asked_facts(asked: str, scope: Scope, level: ConfidenceLevel | None, confidence: float) -> Part:
    """Return when a question was asked and of what, and the confidence of its answer where it has one."""
    words = [f"Asked {asked[:16].replace('T', ' ')} UTC.", *_scope(scope)]
    if level is not None:
        words.append(f"Confidence: {level} ({confidence:.0%}).")
    return plain("facts", " ".join(words))


def quoted(statement: Statement, numbers: Sequence[int]) -> Part:
    """Return a statement of an answer with the numbers of the sources that support it."""
    return Part("quotation" if numbers else "text", split_emphasis(statement), tuple(numbers))


def source_of(number: int, citation: Citation, site: str) -> Source:
    """Return where this citation stands, as the source of that number."""
    by = [*citation.authors, *([citation.date] if citation.date else [])]
    place = [
        citation.source,
        *([citation.place] if citation.place else []),
        f"characters {citation.start}–{citation.end}",
        f"sha256 {citation.article_sha256[:12]}",
    ]
    title, address = one_line(citation.title), site + citation.link
    return Source(number, title, one_line(", ".join(by)), one_line(", ".join(place)), address)


def plain(kind: PartKind, text: str) -> Part:
    """Return a part in which no words stand out."""
    return Part(kind, (text, "", ""))


def one_line(text: str) -> str:
    """Return the text with each run of white space as one space."""
    return " ".join(text.split())


def _turn(turn: KeptTurn, sources_before: int) -> Iterator[Part]:
    answer = turn.answer
    yield plain("question", one_line(answer.question))
    level = answer.confidence_level if answer.answered else None
    yield asked_facts(turn.asked, turn.scope, level, answer.confidence)
    yield from _notes(answer)
    numbers = {one.marker: number for number, one in enumerate(answer.citations, sources_before + 1)}
    for statement in answer.statements:
        yield quoted(statement, [numbers[marker] for marker in statement.markers])
    if answer.written is not None and answer.written.sentences:
        yield plain("note", NOT_QUOTED)
        for one in answer.written.sentences:
            yield Part("written", (one.text, "", ""), tuple(numbers[marker] for marker in one.markers))
        yield plain("facts", one_line(describe_written(answer.written)))


def _notes(answer: Answer) -> Iterator[Part]:
    if answer.searched_for != answer.question:
        yield plain("note", f"Searched for: {one_line(answer.searched_for)}")
    if answer.support == "perhaps":
        yield plain("note", PERHAPS)
    if answer.disagreement:
        yield plain("note", describe_disagreement(answer.disagreement_kind))


def _scope(scope: Scope) -> Iterator[str]:
    """Yield what the question was limited to, where it was."""
    if scope.articles:
        yield f"Only in: {', '.join(scope.articles)}."
    if scope.since:
        yield f"From {scope.since}."
    if scope.until:
        yield f"Until {scope.until}."
