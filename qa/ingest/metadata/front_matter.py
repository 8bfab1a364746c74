"""Front matter: the fields at the very top of a file, in YAML, TOML or JSON between marks, or as headers."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from qa.ingest.metadata.bylines import split_authors
from qa.ingest.metadata.dates import parse_date
from qa.text.lines import Line

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FRONT_MATTER_LINES = 60
FRONT_MATTER_CHARACTERS = 10_000

# What closes the block that a line opens.
_FENCES = {"---": ("---", "..."), "+++": ("+++",), "{": ("}",)}
_FIELD = re.compile(r"(?P<key>[\w -]+):(?:\s+(?P<value>.*))?|- .*")
# Lines such as "Title: ..." without a fence, one of which names the article, up to a blank line.
_HEADER = re.compile(
    r"(?P<key>title|headline|subtitle|subject|authors?|by|byline|from|to|cc|date|sent|published|updated|source|publisher"
    r"|url|link|lang|language|tags|keywords|categor(?:y|ies)|section|layout|slug)\s?:\s+(?P<value>\S.*)",
    re.IGNORECASE,
)
HEADER_LINES = 12
_ADDRESS = re.compile(r"\s*<[^<>]*@[^<>]*>")
_TITLES = ("title", "headline", "subject")
_DATES = (
    "date",
    "published",
    "datepublished",
    "publishdate",
    "publish_date",
    "pubdate",
    "created",
    "published_at",
    "sent",
)
_AUTHORS = ("author", "authors", "byline", "by", "creator", "writer", "from")
_LANGUAGES = ("lang", "language", "locale")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields that name the article, and how many lines the block has, the fences of a fenced one included."""

    lines: int
    is_fenced: bool
    title: str | None
    date: str | None
    authors: tuple[str, ...]
    language: str | None


def read_front_matter(text: str, lines: Sequence[Line]) -> FrontMatter | None:
    """Return the front matter of a text, or None when the text does not start with any."""
    if not lines or text[: lines[0].start].strip("\ufeff"):
        return None
    fence = lines[0].text
    if fence in _FENCES:
        closed = _FENCES[fence]
        end = next((n for n, line in enumerate(lines[:FRONT_MATTER_LINES]) if n and line.text in closed), 0)
        fields = _read_fenced(text, lines[: end + 1]) if end and lines[end].start <= FRONT_MATTER_CHARACTERS else None
        return None if fields is None else _name_article(fields, end + 1, is_fenced=True)
    headers = _read_headers(lines)
    return _name_article(headers, len(headers), is_fenced=False) if headers else None


def _name_article(fields: Mapping[str, Any], lines: int, *, is_fenced: bool) -> FrontMatter:
    return FrontMatter(
        lines=lines,
        is_fenced=is_fenced,
        title=next(_texts(fields, _TITLES), None),
        date=next((found for value in _texts(fields, _DATES) if (found := parse_date(value))), None),
        authors=_find_authors(fields),
        language=next((value[:2].lower() for value in _texts(fields, _LANGUAGES)), None),
    )


def _read_fenced(text: str, lines: Sequence[Line]) -> Mapping[str, Any] | None:
    block = text[lines[0].end : lines[-1].start]
    if lines[0].text == "---":
        return _read_yaml(block, lines[1:-1])
    return _read_toml(block) if lines[0].text == "+++" else _read_json(f"{{{block}}}")


def _read_headers(lines: Sequence[Line]) -> Mapping[str, str]:
    """Return the headers at the top, at least two and one of them a title, each of which is one line."""
    fields: dict[str, str] = {}
    for number, line in enumerate(lines[: HEADER_LINES + 1]):
        if number and line.after_blank:
            break
        header = _HEADER.fullmatch(line.text)
        if header is None or header["key"].lower() in fields:
            return {}
        fields[header["key"].lower()] = header["value"]
    return fields if len(fields) > 1 and not fields.keys().isdisjoint(_TITLES) else {}


def _read_json(block: str) -> Mapping[str, Any] | None:
    try:
        fields = json.loads(block)
    except (ValueError, RecursionError):
        return None
    return _with_plain_keys(fields) if isinstance(fields, dict) and fields else None


def _read_yaml(block: str, lines: Sequence[Line]) -> Mapping[str, Any] | None:
    try:
        fields = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError, RecursionError):
        matches = [_FIELD.fullmatch(line.text) for line in lines]
        fields = {match["key"]: match["value"] for match in matches if match and match["key"]} if all(matches) else None
    return _with_plain_keys(fields) if isinstance(fields, dict) and fields else None


def _read_toml(block: str) -> Mapping[str, Any] | None:
    try:
        fields = tomllib.loads(block.replace("\r\n", "\n").replace("\r", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return _with_plain_keys(fields) if fields else None


def _with_plain_keys(fields: Mapping[Any, Any]) -> Mapping[str, Any]:
    return {str(key).lower(): value for key, value in fields.items()}


def _texts(fields: Mapping[str, Any], keys: Sequence[str]) -> Iterator[str]:
    for key in keys:
        value = fields.get(key)
        if isinstance(value, date):
            yield value.isoformat()[:10]
        elif isinstance(value, str) and value.strip():
            yield " ".join(value.strip(" \"'").split())


def _find_authors(fields: Mapping[str, Any]) -> tuple[str, ...]:
    for key in _AUTHORS:
        value = fields.get(key)
        entries = value if isinstance(value, list) else [value]
        named = [entry.get("name") if isinstance(entry, dict) else entry for entry in entries]
        named = [_ADDRESS.sub("", one) if isinstance(one, str) else one for one in named]
        names = tuple(name for one in named if isinstance(one, str) for name in split_authors(one) or (one.strip(),))
        if any(names):
            return names
    return ()
