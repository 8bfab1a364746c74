"""From a decoded text to an Article: title, date, paragraphs with their sentences, and boilerplate."""

from __future__ import annotations

import re
from collections.abc import Callable

from qa.ingest.cleaning.boilerplate import LabelledLines, label_lines
from qa.ingest.cleaning.headline import HEADLINE_CHARACTERS, cut_heading_marks
from qa.ingest.cleaning.metadata_lines import find_date, parse_date
from qa.ingest.splitting.paragraphs import split_paragraphs
from qa.records import Article
from qa.text.lines import read_lines

_TITLE_FIELD = re.compile(r"title: *[\"']?(?P<value>\S.*?)[\"']?", re.IGNORECASE)
_DATE_FIELD = re.compile(r"(?:date|published|created|pubdate|publish_date): *(?P<value>\S.*)")


def parse_article(
    *, article_id: str, source: str, text: str, sha256: str, repeated: frozenset[int], fits: Callable[[str], bool]
) -> Article:
    """Return the article, with its paragraphs and boilerplate as spans of the unchanged text.

    repeated comes from find_repeated_lines over the whole folder. fits tells whether the encoder reads a text without
    cutting it; it is called only for texts of more than 400 characters.
    """
    labelled = label_lines(text, read_lines(text), repeated)
    paragraphs, boilerplate = split_paragraphs(text, labelled, fits)
    return Article(
        id=article_id,
        source=source,
        title=_find_title(text, labelled) or article_id.rpartition("/")[2],
        date=_find_date(labelled),
        text=text,
        sha256=sha256,
        paragraphs=paragraphs,
        boilerplate=boilerplate,
    )


def _find_field(labelled: LabelledLines, field: re.Pattern[str]) -> str | None:
    for line, label in zip(labelled.lines, labelled.labels, strict=True):
        if label.reason == "front matter" and (match := field.fullmatch(line.text)):
            return match["value"]
    return None


def _find_title(text: str, labelled: LabelledLines) -> str:
    title = _find_field(labelled, _TITLE_FIELD)
    if title is None and labelled.headline is not None:
        title = cut_heading_marks(text, labelled.headline).text
    return (title or "")[:HEADLINE_CHARACTERS].strip()


def _find_date(labelled: LabelledLines) -> str | None:
    field = _find_field(labelled, _DATE_FIELD)
    return (parse_date(field.lower()) if field else None) or find_date(labelled.lines)
