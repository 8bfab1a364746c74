"""Which ranges of a Markdown paragraph are markup: found by laying the parsed text over the source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.helpers import parseLinkDestination, parseLinkTitle
from markdown_it.token import Token

from qa.records import Span

_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,60}\]:?")
_REFERENCE = re.compile(r"\[[^\]]{0,200}\]")
_SPACE = re.compile(r"\s*")


def find_markup(source: str, children: Sequence[Token]) -> Iterator[Span]:
    """Yield the ranges of an inline source that are not shown: marks, link targets, tags, footnote references."""
    at = 0
    for token in children:
        shown = _shown(token)
        if token.type == "link_close" and token.markup != "autolink":
            end = _skip_target(source, at)
        elif token.type == "image":
            end = _skip_target(source, source.find("]", at) if "]" in source[at:] else at)
        elif shown is None:
            end = at
        else:
            start = source.find(shown, at)
            if start < 0:
                continue
            if start > at:
                yield Span(at, start)
            yield from (Span(start + m.start(), start + m.end()) for m in _FOOTNOTE.finditer(shown))
            at = start + len(shown)
            continue
        if end > at:
            yield Span(at, end)
            at = end
    if at < len(source):
        yield Span(at, len(source))


def _shown(token: Token) -> str | None:
    """Return the source of what a token shows, or None for a token that shows nothing by itself."""
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "text_special":
        return token.markup[1:] if token.info == "escape" else token.markup
    return token.content if token.type in ("text", "code_inline") and token.content else None


def _skip_target(source: str, at: int) -> int:
    """Return where the target of a link ends whose text ends at the given place."""
    if not source.startswith("]", at):
        return at
    at += 1
    if not source.startswith("(", at):
        reference = _REFERENCE.match(source, at)
        return at if reference is None else reference.end()
    at = _skip_space(source, at + 1)
    target = parseLinkDestination(source, at, len(source))
    at = _skip_space(source, target.pos if target.ok else at)
    title = parseLinkTitle(source, at, len(source))
    at = _skip_space(source, title.pos if title.ok else at)
    return at + 1 if source.startswith(")", at) else at


def _skip_space(source: str, at: int) -> int:
    found = _SPACE.match(source, at)
    return at if found is None else found.end()
