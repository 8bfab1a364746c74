"""An export in Markdown: every quotation with a footnote that names its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.conversations.exports.content import Content, Part, Source

_SPECIAL = re.compile(r"([\\`*_\[\]<>&~$|])")
# A line may not begin with what Markdown takes for a heading, a list or a rule.
_LINE_START = re.compile(r"(?m)^(\s*)([#+=-]|\d+(?=[.)]))")


def as_markdown(content: Content) -> bytes:
    """Return the document in Markdown, its sources as footnotes."""
    lines = [f"# {escape_markdown(content.title)}", ""]
    for part in content.parts:
        lines += [*_part(part), ""]
    return ("\n".join([*lines, *map(_footnote, content.sources)]).rstrip("\n") + "\n").encode()


def escape_markdown(text: str) -> str:
    r"""Return the text so that Markdown shows it as it is.

    >>> print(escape_markdown("3 * 4 [camião]"))
    3 \* 4 \[camião\]
    """
    return _LINE_START.sub(_guarded, _SPECIAL.sub(r"\\\1", text))


def _guarded(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}"


def _part(part: Part) -> Iterator[str]:
    text = escape_markdown(part.text)
    references = "".join(f"[^{number}]" for number in part.numbers)
    if part.kind == "question":
        yield f"## {text}"
    elif part.kind == "quotation":
        yield from (f"> {line}" for line in f"“{text}” {references}".split("\n"))
    else:
        yield f"{text} {references}" if references else text


def _footnote(source: Source) -> str:
    title, by, place = map(escape_markdown, (source.title, source.by, source.place))
    return f"[^{source.number}]: [{title}]({source.address}){f', {by}' if by else ''} ({place})"
