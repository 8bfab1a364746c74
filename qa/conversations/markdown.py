"""A conversation as a text to work with: Markdown, every quotation with a footnote that names its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.citations.statements import describe_disagreement
from qa.conversations.store import Conversation, KeptTurn, Scope
from qa.records import PERHAPS, Answer, Citation, Statement

_SPECIAL = re.compile(r"([\\`*_\[\]<>&~$|])")
# A line may not begin with what Markdown takes for a heading, a list or a rule.
_LINE_START = re.compile(r"(?m)^(\s*)([#+=-]|\d+(?=[.)]))")


def as_markdown(conversation: Conversation) -> str:
    """Return the conversation in Markdown; footnotes are numbered through all its turns."""
    lines = [f"# {escape_markdown(_one_line(conversation.title))}", ""]
    footnotes: list[str] = []
    for turn in conversation.turns:
        lines += _turn(turn, len(footnotes))
        footnotes += [
            f"[^{number}]: {_source(citation)}"
            for number, citation in enumerate(turn.answer.citations, start=len(footnotes) + 1)
        ]
    return "\n".join([*lines, *footnotes]).rstrip("\n") + "\n"


def escape_markdown(text: str) -> str:
    r"""Return the text so that Markdown shows it as it is.

    >>> print(escape_markdown("3 * 4 [camião]"))
    3 \* 4 \[camião\]
    """
    return _LINE_START.sub(_guarded, _SPECIAL.sub(r"\\\1", text))


def _guarded(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}"


def _turn(turn: KeptTurn, footnotes_before: int) -> Iterator[str]:
    answer = turn.answer
    yield from (f"## {escape_markdown(_one_line(answer.question))}", "")
    yield from (
        " ".join([f"Asked {turn.asked[:16].replace('T', ' ')} UTC.", *_scope(turn.scope), *_confidence(answer)]),
        "",
    )
    if answer.searched_for != answer.question:
        yield from (f"Searched for: {escape_markdown(_one_line(answer.searched_for))}", "")
    if answer.support == "perhaps":
        yield from (PERHAPS, "")
    if answer.disagreement:
        yield from (describe_disagreement(answer.disagreement_kind), "")
    footnotes = {one.marker: number for number, one in enumerate(answer.citations, start=footnotes_before + 1)}
    for statement in answer.statements:
        yield from (*_statement(statement, [footnotes[marker] for marker in statement.markers]), "")


def _scope(scope: Scope) -> Iterator[str]:
    """Yield what the question was limited to, where it was."""
    if scope.articles:
        yield f"Only in: {', '.join(map(escape_markdown, scope.articles))}."
    if scope.since:
        yield f"From {scope.since}."
    if scope.until:
        yield f"Until {scope.until}."


def _confidence(answer: Answer) -> Iterator[str]:
    if answer.answered:
        yield f"Confidence: {answer.confidence_level} ({answer.confidence:.0%})."


def _statement(statement: Statement, footnotes: Sequence[int]) -> list[str]:
    if not footnotes:
        return [escape_markdown(statement.text)]
    references = "".join(f"[^{number}]" for number in footnotes)
    return [f"> {line}" for line in f"“{escape_markdown(statement.text)}” {references}".split("\n")]


def _source(citation: Citation) -> str:
    named = [citation.title, *citation.authors, *([citation.date] if citation.date else [])]
    place = [*([citation.place] if citation.place else []), f"characters {citation.start}–{citation.end}"]
    within = ", ".join(escape_markdown(_one_line(one)) for one in (citation.source, *place))
    by = ", ".join(escape_markdown(_one_line(one)) for one in named)
    return f"{by} ({within}, sha256 {citation.article_sha256[:12]})"


def _one_line(text: str) -> str:
    return " ".join(text.split())
