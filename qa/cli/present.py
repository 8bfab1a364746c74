"""An Answer as text for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qa.cli.text_format import Look, one_line
from qa.records import Answer, Article, Citation, Paragraph, Passage, Span, Statement

if TYPE_CHECKING:
    from qa.protocols import Snapshot

NEAREST = 3
EXCERPT = 160
TITLE = 200

LineOf = Callable[[str, int], int | None]


def line_of(snapshot: Snapshot, answer: Answer) -> LineOf:
    """Return what tells the line, from 1, of an offset in an article.

    It tells none where the generation is not the one that answered.
    """

    def line(article_id: str, offset: int) -> int | None:
        if snapshot.info.generation != answer.index.generation:
            return None
        return snapshot.text.article(article_id).text.count("\n", 0, offset) + 1

    return line


def answer_text(answer: Answer, look: Look, line: LineOf, passages: int = 0) -> str:
    """Return the answer as it is printed: quotes with markers, where each of them stands, and the first passages.

    A refusal shows the nearest passages, three where none are asked for.
    """
    parts = []
    if answer.reading == "with_history":
        parts.append(look.style(look.wrap(f"Searched for: {answer.searched_for}"), dim=True))
    if answer.disagreement:
        parts.append(look.style("The sources disagree.", bold=True))
    parts += [_statement(statement, look) for statement in answer.statements]
    if not answer.answered:
        nearest = answer.passages[: passages or NEAREST]
        return "\n\n".join([*parts, *_passages("Nearest passages, which are not an answer:", nearest, look, line)])
    parts.append(sources(answer.citations, look, line))
    return "\n\n".join([*parts, *_passages("Passages searched:", answer.passages[:passages], look, line)])


def sources(citations: Sequence[Citation], look: Look, line: LineOf) -> str:
    """Return where each quotation stands: marker, title, file and line, and the other articles that have it."""
    return "\n".join(_source(citation, look, line) for citation in citations)


def in_context(article: Article, span: Span, look: Look) -> str:
    """Return the quotation standing out in its paragraph, between the paragraphs before and after it."""
    around = [
        number
        for number, paragraph in enumerate(article.paragraphs)
        if paragraph.start < span.end and span.start < paragraph.end
    ]
    if not around:
        return look.mark(article.text[span.start : span.end], 0, span.end - span.start, "    ")
    first, last = article.paragraphs[around[0]], article.paragraphs[around[-1]]
    start, end = min(first.start, span.start), max(last.end, span.end)
    quoted = look.mark(article.text[start:end], span.start - start, span.end - start, "    ")
    before = article.paragraphs[max(around[0] - 1, 0) : around[0]]
    after = article.paragraphs[around[-1] + 1 : around[-1] + 2]
    return "\n\n".join([*_neighbours(article, before, look), quoted, *_neighbours(article, after, look)])


def place(source: str, number: int | None) -> str:
    """Return a file and a line in it, as editors take them."""
    return one_line(source) if number is None else f"{one_line(source)}:{number}"


def _neighbours(article: Article, paragraphs: Sequence[Paragraph], look: Look) -> list[str]:
    return [look.style(look.wrap(article.text[each.start : each.end], "    "), dim=True) for each in paragraphs]


def _statement(statement: Statement, look: Look) -> str:
    if not statement.markers:
        return look.wrap(statement.text)
    return look.wrap(f"“{statement.text}” {''.join(f'[{marker}]' for marker in statement.markers)}")


def _source(citation: Citation, look: Look, line: LineOf) -> str:
    marker = look.style(f"[{citation.marker}]", fg="cyan")
    title = look.wrap(shortened(citation.title, TITLE), "    ").strip()
    where = place(citation.source, line(citation.article_id, citation.start))
    also = sorted({copy.article_id for copy in citation.also_in} - {citation.article_id})
    listed = [look.wrap(f"also in {', '.join(also)}", "    ")] if also else []
    return "\n".join([f"{marker} {title}", f"    {look.style(where, dim=True)}", *listed])


def _passages(heading: str, passages: Sequence[Passage], look: Look, line: LineOf) -> list[str]:
    if not passages:
        return []
    excerpts = [_excerpt(passage, look, line) for passage in passages]
    return ["\n".join([look.style(look.wrap(heading), dim=True), *excerpts])]


def _excerpt(passage: Passage, look: Look, line: LineOf) -> str:
    where = place(passage.source, line(passage.article_id, passage.start))
    return f"{look.wrap(shortened(passage.text, EXCERPT), '  ')}\n    {look.style(where, dim=True)}"


def shortened(text: str, length: int) -> str:
    """Return the text in one line, cut off after a word where it is longer than length."""
    flat = one_line(text)
    if len(flat) <= length:
        return flat
    start = flat[:length]
    return f"{start.rsplit(' ', 1)[0]} …"
