"""An Answer as text for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.citations.statements import describe_disagreement, describe_left_out, split_emphasis
from qa.cli.text_format import Style, one_line
from qa.protocols import Snapshot
from qa.records import PERHAPS, Answer, Article, Citation, Paragraph, Passage, SearchResult, Span, Statement
from qa.written import Written, WrittenSentence, describe_written

NEAREST_PASSAGES = 3
EXCERPT_CHARACTERS = 160
TITLE_CHARACTERS = 200

LineNumbers = Callable[[str, int], int | None]


def line_numbers(snapshot: Snapshot, answer: Answer | SearchResult) -> LineNumbers:
    """Return a function from an offset in an article to its line, counted from 1.

    It returns None where another generation answered.
    """

    def line(article_id: str, offset: int) -> int | None:
        if snapshot.info.generation != answer.index.generation:
            return None
        return snapshot.text.article(article_id).text.count("\n", 0, offset) + 1

    return line


def answer_text(answer: Answer, style: Style, line: LineNumbers, passages: int = 0) -> str:
    """Return the answer as it is printed: statements with markers, the place of each source, and the first passages.

    A refusal shows the nearest passages, three where no number is given.
    """
    parts = []
    if answer.reading == "with_history":
        parts.append(style.paint(style.wrap(f"Searched for: {answer.searched_for}"), dim=True))
    if answer.support == "perhaps":
        parts.append(style.paint(style.wrap(PERHAPS), bold=True))
    if answer.disagreement:
        parts.append(style.paint(style.wrap(describe_disagreement(answer.disagreement_kind)), bold=True))
    parts += [_statement(statement, style) for statement in answer.statements]
    if not answer.answered:
        nearest = answer.passages[: passages or NEAREST_PASSAGES]
        return "\n\n".join([*parts, *_passages("Nearest passages, which are not an answer:", nearest, style, line)])
    parts.append(sources(answer.citations, style, line))
    parts.append(style.paint(confidence(answer), dim=True))
    return "\n\n".join([*parts, *_passages("Passages searched:", answer.passages[:passages], style, line)])


def written_text(part: WrittenSentence | Written, style: Style) -> str:
    """Return a part of a written text as it is printed: a sentence with its markers, or at the end who wrote."""
    if isinstance(part, WrittenSentence):
        return style.wrap(f"{part.text} {''.join(f'[{marker}]' for marker in part.markers)}")
    note = one_line(describe_written(part))
    return style.paint(style.wrap(note), dim=True) if note else ""


def search_text(found: SearchResult, style: Style, line: LineNumbers) -> str:
    """Return the passages as they are printed, each with title and place, and how many articles have no date."""
    left_out = [style.wrap(describe_left_out(found.undated))] if found.undated else []
    if not found.passages:
        return "\n\n".join(["No passage was found.", *left_out])
    parts = [
        "\n".join(
            [
                f"{style.paint(f'{passage.rank}.', fg='cyan')} {shorten(passage.title, TITLE_CHARACTERS)}",
                style.wrap(passage.shown or passage.text, "   "),
                f"   {style.paint(_where(passage, line), dim=True)}",
            ]
        )
        for passage in found.passages
    ]
    return "\n\n".join([*parts, *left_out])


def confidence(answer: Answer) -> str:
    """Return how probable it is that the quotations answer."""
    return f"Confidence: {answer.confidence_level} ({answer.confidence:.0%})"


def sources(citations: Sequence[Citation], style: Style, line: LineNumbers) -> str:
    """Return the sources: marker, title, file and line of each, and the other articles that contain the quotation."""
    return "\n".join(_source(citation, style, line) for citation in citations)


def in_context(article: Article, span: Span, style: Style) -> str:
    """Return the quotation highlighted in its paragraph, between the paragraphs before and after it."""
    around = [
        number
        for number, paragraph in enumerate(article.paragraphs)
        if paragraph.start < span.end and span.start < paragraph.end
    ]
    if not around:
        return style.mark(article.text[span.start : span.end], 0, span.end - span.start, "    ")
    first, last = article.paragraphs[around[0]], article.paragraphs[around[-1]]
    start, end = min(first.start, span.start), max(last.end, span.end)
    quoted = style.mark(article.text[start:end], span.start - start, span.end - start, "    ")
    before = article.paragraphs[max(around[0] - 1, 0) : around[0]]
    after = article.paragraphs[around[-1] + 1 : around[-1] + 2]
    return "\n\n".join([*_neighbours(article, before, style), quoted, *_neighbours(article, after, style)])


def place(source: str, number: int | None) -> str:
    """Return a file and a line in it, as editors take them."""
    return one_line(source) if number is None else f"{one_line(source)}:{number}"


def _neighbours(article: Article, paragraphs: Sequence[Paragraph], style: Style) -> list[str]:
    return [style.paint(style.wrap(article.text[each.start : each.end], "    "), dim=True) for each in paragraphs]


def _statement(statement: Statement, style: Style) -> str:
    if not statement.markers:
        return style.wrap(statement.text)
    before, words, _ = split_emphasis(statement)
    quoted = f"“{statement.text}” {''.join(f'[{marker}]' for marker in statement.markers)}"
    if not words or not style.colour:
        return style.wrap(quoted)
    return style.mark(quoted, len(f"“{before}"), len(f"“{before}{words}"))


def _source(citation: Citation, style: Style, line: LineNumbers) -> str:
    marker = style.paint(f"[{citation.marker}]", fg="cyan")
    title = style.wrap(shorten(citation.title, TITLE_CHARACTERS), "    ").strip()
    where = _where(citation, line)
    by = ", ".join([*map(one_line, citation.authors), *([citation.date] if citation.date else [])])
    named = [style.wrap(by, "    ")] if by else []
    also = sorted({copy.article_id for copy in citation.also_in} - {citation.article_id})
    listed = [style.wrap(f"also in {', '.join(also)}", "    ")] if also else []
    return "\n".join([f"{marker} {title}", *named, f"{style.paint(style.wrap(where, '    '), dim=True)}", *listed])


def _where(found: Citation | Passage, line: LineNumbers) -> str:
    """Return the file with the page, or with the line and the section or paragraph where there is one."""
    located = found.place if isinstance(found, Citation) else found.locator
    if located is None:
        return place(found.source, line(found.article_id, found.start))
    paged = located.startswith("page ")
    number = None if paged else line(found.article_id, found.start)
    return f"{place(found.source, number)}, {one_line(located)}"


def _passages(heading: str, passages: Sequence[Passage], style: Style, line: LineNumbers) -> list[str]:
    if not passages:
        return []
    excerpts = [_excerpt(passage, style, line) for passage in passages]
    return ["\n".join([style.paint(style.wrap(heading), dim=True), *excerpts])]


def _excerpt(passage: Passage, style: Style, line: LineNumbers) -> str:
    where = _where(passage, line)
    text = shorten(passage.shown or passage.text, EXCERPT_CHARACTERS)
    return f"{style.wrap(text, '  ')}\n    {style.paint(where, dim=True)}"


def shorten(text: str, length: int) -> str:
    """Return the text in one line, cut off after a word where it is longer than length."""
    flat = one_line(text)
    if len(flat) <= length:
        return flat
    start = flat[:length]
    return f"{start.rsplit(' ', 1)[0]} …"
