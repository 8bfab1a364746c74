"""What each line of an article is: boilerplate with its reason, or content of a kind. Precision comes first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.ingest.cleaning.captions import is_caption
from qa.ingest.cleaning.headline import (
    can_be_headline,
    extends_headline,
    is_marked,
    is_repeated_headline,
    without_glue,
    without_number,
)
from qa.ingest.cleaning.metadata_lines import metadata_reason
from qa.ingest.cleaning.page_lines import page_reason
from qa.ingest.cleaning.repeated_lines import find_copies
from qa.ingest.cleaning.teasers import teaser_lines
from qa.records import Boilerplate
from qa.text.lines import Line, line_key

FRONT_MATTER_LINES = 60
TOP = 3
NEAR_HEADLINE = 6

_AT_TOP = frozenset(("breadcrumbs", "stray marks", "cookie or policy notice"))
_FIELD = re.compile(r"[\w -]+:(?:\s.*)?|- .*")

Kind = Literal["boilerplate", "body", "heading", "caption", "metadata"]


@dataclass(frozen=True, slots=True)
class Label:
    """What a line is, and why when the kind alone does not tell."""

    kind: Kind
    reason: str = ""


BODY = Label("body")
MARKED = Label("heading", "marked")
HEADLINE = Label("heading", "headline")
STANDING = Label("boilerplate", "stands in many articles")


@dataclass(frozen=True, slots=True)
class LabelledLines:
    """The lines of an article, what each is, what was cut out of lines, and the line to take the title from."""

    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    cuts: tuple[Boilerplate, ...]
    headline: Line | None


def label_lines(text: str, lines: Sequence[Line], repeated: frozenset[int]) -> LabelledLines:
    """Return what each line is; repeated holds the keys of lines that stand in many articles.

    A line that is cut keeps its place with a smaller range; one of which nothing is left is gone.
    """
    kept, cuts, glued = _cut_lines(text, lines)
    standing = [bool(repeated) and line_key(line) in repeated for line in kept]
    labels = [_label_by_words(line, position) for position, line in enumerate(kept)]
    _label_front_matter(kept, labels)
    headline = _label_headline(kept, labels, glued)
    for number, stands in enumerate(standing):
        if stands and labels[number] in (BODY, MARKED):
            labels[number] = STANDING
    _label_teasers(kept, labels)
    _label_copies(kept, labels)
    _label_captions(kept, labels)
    return LabelledLines(tuple(kept), tuple(labels), tuple(cuts), headline)


def _cut_lines(text: str, lines: Sequence[Line]) -> tuple[list[Line], list[Boilerplate], frozenset[int]]:
    """Cut numbers at the top, repetitions inside a line and heading marks; tell where lines that were glued start."""
    kept: list[Line] = []
    cuts: list[Boilerplate] = []
    glued: set[int] = set()
    for position, line in enumerate(lines):
        number = None
        whole: Line | None = line
        if position < TOP:
            whole, number = without_number(text, line)
        if number is not None:
            cuts.append(number)
        if whole is None:
            continue
        single, copy = without_glue(text, whole, at_top=position < TOP)
        if copy is not None:
            cuts.append(copy)
            glued.add(single.start)
        kept.append(single)
    return kept, cuts, frozenset(glued)


def _label_by_words(line: Line, position: int) -> Label:
    if is_marked(line):
        return MARKED
    reason = page_reason(line, position)
    if reason is not None and (position > 0 or reason in _AT_TOP):
        return Label("boilerplate", reason)
    reason = metadata_reason(line, position)
    return BODY if reason is None or position == 0 else Label("metadata", reason)


def _label_front_matter(lines: Sequence[Line], labels: list[Label]) -> None:
    """A block of fields between two lines of three dashes, at the very top."""
    if not lines or lines[0].start > 1 or lines[0].text != "---":
        return
    for number, line in enumerate(lines[1:FRONT_MATTER_LINES], 1):
        if line.text == "---":
            labels[0] = labels[number] = Label("boilerplate", "front matter mark")
            labels[1:number] = [Label("metadata", "front matter")] * (number - 1)
            return
        if not _FIELD.fullmatch(line.text):
            return


def _label_headline(lines: Sequence[Line], labels: list[Label], glued: frozenset[int]) -> Line | None:
    """Label the headline and its repetitions; return its fullest form."""
    content = [number for number, label in enumerate(labels) if label in (BODY, MARKED)]
    if not content:
        return None
    first, following = content[0], lines[content[1]] if len(content) > 1 else None
    line = lines[first]
    certain = labels[first] == MARKED or line.start in glued
    if not can_be_headline(line, following, certain=certain):
        return None
    labels[first] = HEADLINE
    fullest = line
    for position, number in enumerate(content[1:], 1):
        if position < NEAR_HEADLINE and fullest is line and extends_headline(lines[number], line):
            fullest = lines[number]
            labels[number] = HEADLINE
        elif is_repeated_headline(lines[number], fullest, position):
            labels[number] = Label("boilerplate", "headline repeated")
    return fullest


def _free(labels: Sequence[Label]) -> list[bool]:
    return [label == BODY for label in labels]


def _label_teasers(lines: Sequence[Line], labels: list[Label]) -> None:
    free = [label in (BODY, MARKED) or label.kind == "metadata" for label in labels]
    for number in teaser_lines(lines, free):
        if labels[number].kind != "boilerplate":
            labels[number] = Label("boilerplate", "teaser of another article")


def _label_copies(lines: Sequence[Line], labels: list[Label]) -> None:
    copies = find_copies(lines, _free(labels))
    for number, reason in copies.reasons.items():
        labels[number] = Label("boilerplate", reason)
    for number in copies.captions:
        labels[number] = Label("caption", "printed again")


def _label_captions(lines: Sequence[Line], labels: list[Label]) -> None:
    for number, line in enumerate(lines):
        if labels[number] == BODY and is_caption(line):
            labels[number] = Label("caption", "describes a picture")
