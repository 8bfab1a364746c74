"""An export in HTML: one file without scripts and without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from qa.conversations.exports.content import Content, Part, Source

STYLE = (
    "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1.0625rem/1.6 Georgia,serif;color:#211d19;"
    "background:#fff;overflow-wrap:break-word}h1,h2{line-height:1.25}h2{margin-top:2.5rem}"
    "blockquote{margin:1rem 0;padding-left:1rem;border-left:3px solid #8f8678;white-space:pre-line}"
    ".written{font-family:sans-serif}.facts,.sources{font-size:.875rem;color:#5d554c}.note{font-weight:600}strong{background:#fbe6a2}a{color:#8c2f1b}"
)


def as_html(content: Content) -> bytes:
    """Return the document as an HTML page, its sources as a numbered list at the end."""
    title = escape(content.title)
    lines = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>",
        *map(_part, content.parts),
        *_sources(content),
        "</body>\n</html>\n",
    ]
    return "\n".join(lines).encode()


def _part(part: Part) -> str:
    before, words, after = map(escape, part.pieces)
    text = f"{before}<strong>{words}</strong>{after}" if words else before + after
    if part.kind == "question":
        return f'<h2 dir="auto">{text}</h2>'
    references = "".join(f'<sup><a href="#source-{one}">[{one}]</a></sup>' for one in part.numbers)
    if part.kind == "quotation":
        return f'<blockquote dir="auto">“{text}” {references}</blockquote>'
    return f'<p class="{part.kind}" dir="auto">{text}{f" {references}" if references else ""}</p>'


def _sources(content: Content) -> Iterator[str]:
    if content.sources:
        yield '<h2>Sources</h2>\n<ol class="sources">'
        yield from map(_source, content.sources)
        yield "</ol>"


def _source(source: Source) -> str:
    by = f", {escape(source.by)}" if source.by else ""
    title, place = escape(source.title), escape(source.place)
    return (
        f'<li id="source-{source.number}"><a href="{escape(source.address)}" dir="auto">{title}</a>{by} ({place})</li>'
    )
