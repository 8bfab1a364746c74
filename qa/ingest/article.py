"""One decoded text to an Article: title, date, paragraphs with their sentences, boilerplate."""

from __future__ import annotations

import re
from collections.abc import Callable

from qa.ingest.cleaning.boilerplate import LabelledLines, label_lines
from qa.ingest.cleaning.headline import HEADLINE_LIMIT, without_marks
from qa.ingest.cleaning.metadata_lines import date_in, find_date
from qa.ingest.splitting.paragraphs import paragraphs_of
from qa.records import Article
from qa.text.lines import read_lines

_TITLE_FIELD = re.compile(r"title: *[\"']?(?P<value>\S.*?)[\"']?", re.IGNORECASE)
_DATE_FIELD = re.compile(r"(?:date|published|created|pubdate|publish_date): *(?P<value>\S.*)")


def parse_article(
    *, article_id: str, source: str, text: str, sha256: str, repeated: frozenset[int], fits: Callable[[str], bool]
) -> Article:
    """Return the article with what it says and what is boilerplate, as spans of the unchanged text.

    repeated comes from repeated_lines over the corpus. fits tells whether the encoder reads a text whole; it is asked
    only about texts of more than 400 characters.
    """
    labelled = label_lines(text, read_lines(text), repeated)
    paragraphs, boilerplate = paragraphs_of(text, labelled, fits)
    return Article(
        id=article_id,
        source=source,
        title=_title(text, labelled) or article_id.rpartition("/")[2],
        date=_date(labelled),
        text=text,
        sha256=sha256,
        paragraphs=paragraphs,
        boilerplate=boilerplate,
    )


def _front_matter(labelled: LabelledLines, field: re.Pattern[str]) -> str | None:
    for line, label in zip(labelled.lines, labelled.labels, strict=True):
        if label.reason == "front matter" and (match := field.fullmatch(line.text)):
            return match["value"]
    return None


def _title(text: str, labelled: LabelledLines) -> str:
    title = _front_matter(labelled, _TITLE_FIELD)
    if title is None and labelled.headline is not None:
        title = without_marks(text, labelled.headline).text
    return (title or "")[:HEADLINE_LIMIT].strip()


def _date(labelled: LabelledLines) -> str | None:
    field = _front_matter(labelled, _DATE_FIELD)
    return (date_in(field.lower()) if field else None) or find_date(labelled.lines)
