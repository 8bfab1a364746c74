"""Front matter: the fields between two lines of --- (YAML) or +++ (TOML) at the very top of a file."""

from __future__ import annotations

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

_FENCES = {"---": "---", "+++": "+++"}
_FIELD = re.compile(r"(?P<key>[\w -]+):(?:\s+(?P<value>.*))?|- .*")
_TITLES = ("title", "headline")
_DATES = ("date", "published", "datepublished", "publishdate", "publish_date", "pubdate", "created", "published_at")
_AUTHORS = ("author", "authors", "byline", "by", "creator", "writer")
_LANGUAGES = ("lang", "language", "locale")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields that name the article, and how many lines the block has, both fences included."""

    lines: int
    title: str | None
    date: str | None
    authors: tuple[str, ...]
    language: str | None


def read_front_matter(text: str, lines: Sequence[Line]) -> FrontMatter | None:
    """Return the front matter of a text, or None when the text does not start with any."""
    fence = _FENCES.get(lines[0].text) if lines and not text[: lines[0].start].strip("\ufeff") else None
    end = next((n for n, line in enumerate(lines[:FRONT_MATTER_LINES]) if n and line.text == fence), 0)
    if not end or lines[end].start > FRONT_MATTER_CHARACTERS:
        return None
    block = text[lines[0].end : lines[end].start]
    fields = _read_yaml(block, lines[1:end]) if fence == "---" else _read_toml(block)
    if fields is None:
        return None
    return FrontMatter(
        lines=end + 1,
        title=next(_texts(fields, _TITLES), None),
        date=next((found for value in _texts(fields, _DATES) if (found := parse_date(value))), None),
        authors=_find_authors(fields),
        language=next((value[:2].lower() for value in _texts(fields, _LANGUAGES)), None),
    )


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
        names = tuple(name for one in named if isinstance(one, str) for name in split_authors(one) or (one.strip(),))
        if any(names):
            return names
    return ()
