"""An answer as the statements that it consists of, and the one wording of an answer in quotations."""

from __future__ import annotations

from collections.abc import Sequence

from qa.records import Citation, DisagreementKind, Span, Statement

_DISAGREEMENTS: dict[DisagreementKind | None, str] = {
    "later": "The articles disagree, and one is later than the other.",
    "another of that name": "The articles may be about two that share a name.",
}


def describe_disagreement(kind: DisagreementKind | None) -> str:
    """Return the words with which interfaces for people introduce quotations that contradict each other.

    >>> describe_disagreement("disagree")
    'The articles disagree.'
    """
    return _DISAGREEMENTS.get(kind, "The articles disagree.")


def describe_left_out(undated: int) -> str:
    """Return the sentence that says how many articles a restriction to days left out because they have no date.

    >>> describe_left_out(1), describe_left_out(12)
    ('1 article without a date was left out.', '12 articles without a date were left out.')
    """
    left_out = "article without a date was" if undated == 1 else "articles without a date were"
    return f"{undated:,} {left_out} left out."


def quote_all(citations: Sequence[Citation], note: str = "") -> tuple[str, tuple[Statement, ...]]:
    """Return the answer that quotes these citations in order, each in marks and with its marker, and its statements.

    A note comes first, as a statement without markers. Of a quotation markup is left out and nothing else changed.
    """
    parts = [note] if note else []
    statements = list(unsupported(note)) if note else []
    start = len(f"{note} “") if note else len("“")
    for citation in citations:
        shown = citation.shown or citation.quote
        emphasis = _emphasis(citation, shown, start)
        statements.append(Statement(shown, start, start + len(shown), (citation.marker,), emphasis))
        parts.append(f"“{shown}” [{citation.marker}]")
        start += len(parts[-1]) + len(" ")
    return " ".join(parts), tuple(statements)


def split_emphasis(statement: Statement) -> tuple[str, str, str]:
    """Return the statement's text before, in and after the words that answer."""
    text, emphasis = statement.text, statement.emphasis
    if emphasis is None:
        return text, "", ""
    first, last = emphasis.start - statement.start, emphasis.end - statement.start
    return text[:first], text[first:last], text[last:]


def _emphasis(citation: Citation, shown: str, start: int) -> Span | None:
    """Return where the emphasised words stand in the answer, in which the quotation begins at start.

    None where markup that is left out makes that uncertain.
    """
    if citation.emphasis is None:
        return None
    first, last = citation.emphasis.start - citation.start, citation.emphasis.end - citation.start
    words = citation.quote[first:last]
    if shown != citation.quote:
        if shown.count(words) != 1:
            return None
        first = shown.index(words)
    return Span(start + first, start + first + len(words))


def unsupported(words: str) -> tuple[Statement, ...]:
    """Return the one statement, without markers, of an answer that quotes nothing, such as a refusal."""
    return (Statement(words, 0, len(words), ()),)
