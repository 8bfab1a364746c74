"""From a decoded text to an Article: title, date, paragraphs with their sentences, and boilerplate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from qa.ingest.cleaning.boilerplate import LabelledLines, label_lines
from qa.ingest.cleaning.headline import HEADLINE_CHARACTERS, cut_heading_marks
from qa.ingest.locators import add_locators
from qa.ingest.metadata.bylines import find_authors
from qa.ingest.metadata.date_lines import find_date
from qa.ingest.metadata.language import LANGUAGES, find_language
from qa.ingest.splitting.paragraphs import split_paragraphs
from qa.records import Article, Paragraph
from qa.text.lines import read_lines
from qa.text.shown import leave_out


def parse_article(
    *,
    article_id: str,
    source: str,
    text: str,
    sha256: str,
    repeated: frozenset[int],
    fits: Callable[[str], bool],
    note: str | None = None,
) -> Article:
    """Return the article, with its paragraphs and boilerplate as spans of the unchanged text.

    repeated comes from find_repeated_lines over the whole folder. fits tells whether the encoder reads a text without
    cutting it; it is called only for texts of more than 400 characters. note is about the file.
    """
    labelled = label_lines(text, read_lines(text), repeated, is_markdown=is_markdown(source))
    language = _find_language(labelled)
    paragraphs, boilerplate = split_paragraphs(text, labelled, language, fits)
    return Article(
        id=article_id,
        source=source,
        title=_find_title(text, labelled) or article_id.rpartition("/")[2],
        date=_find_date(labelled),
        text=text,
        sha256=sha256,
        paragraphs=_locate(text, paragraphs, labelled),
        boilerplate=boilerplate,
        authors=_find_authors(labelled),
        language=language,
        note=note,
        markup=labelled.structure.markup,
    )


def _locate(text: str, paragraphs: tuple[Paragraph, ...], labelled: LabelledLines) -> tuple[Paragraph, ...]:
    structure = labelled.structure
    return add_locators(text, paragraphs, structure) if structure.blocks else paragraphs


def is_markdown(source: str) -> bool:
    """Tell whether the text of a file with this name is Markdown: every text but that of plain text files.

    >>> is_markdown("notes.md"), is_markdown("notes.txt"), is_markdown("")
    (True, False, False)
    """
    return PurePath(source).suffix.lower() not in ("", ".txt")


def _find_title(text: str, labelled: LabelledLines) -> str:
    title = None if labelled.front_matter is None else labelled.front_matter.title
    if title is None and labelled.headline is not None:
        line = cut_heading_marks(text, labelled.headline)
        title = leave_out(text, line.start, line.end, labelled.structure.markup)
    return (title or "")[:HEADLINE_CHARACTERS].strip()


def _find_date(labelled: LabelledLines) -> str | None:
    stated = None if labelled.front_matter is None else labelled.front_matter.date
    return stated or find_date(labelled.lines)


def _find_authors(labelled: LabelledLines) -> tuple[str, ...]:
    stated = () if labelled.front_matter is None else labelled.front_matter.authors
    return stated or find_authors(labelled.lines)


def _find_language(labelled: LabelledLines) -> str:
    stated = None if labelled.front_matter is None else labelled.front_matter.language
    if stated in LANGUAGES:
        return stated
    content = (line.text for line, label in zip(labelled.lines, labelled.labels, strict=True) if label.kind == "body")
    return find_language("\n".join(content))
