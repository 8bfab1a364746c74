"""Labels every line of an article: boilerplate with a reason, or a kind of content. Precision comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.ingest.cleaning.blocks import label_blocks
from qa.ingest.cleaning.captions import is_caption
from qa.ingest.cleaning.headline import (
    can_be_headline,
    cut_number,
    cut_repetition,
    extends_headline,
    is_kicker,
    is_marked,
    is_repeated_headline,
)
from qa.ingest.cleaning.labels import BODY, HEADLINE, MARKED, REPEATED, Label
from qa.ingest.cleaning.links import find_links
from qa.ingest.cleaning.page_lines import NAMES, find_page_reason
from qa.ingest.cleaning.page_words import is_page_talk
from qa.ingest.cleaning.pages import label_column_tables, label_running_heads
from qa.ingest.cleaning.repeated_lines import find_copies
from qa.ingest.cleaning.teasers import find_teasers
from qa.ingest.metadata.date_lines import is_date_of_publication
from qa.ingest.metadata.front_matter import FrontMatter, read_front_matter
from qa.ingest.metadata.metadata_lines import find_metadata_reason
from qa.ingest.splitting.markdown import EMPTY, Structure, read_markdown
from qa.records import Boilerplate
from qa.text.lines import Line, is_sentence, line_key

# In how many lines from the top numbers are cut and repetitions need no glue.
TOP_LINES = 3
# In how many lines from the top the headline may stand again with more words.
HEADLINE_LINES = 6


@dataclass(frozen=True, slots=True)
class LabelledLines:
    """The lines of an article with their labels, the boilerplate cut out of lines, and what was found on the way."""

    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    cuts: tuple[Boilerplate, ...]
    headline: Line | None
    front_matter: FrontMatter | None
    structure: Structure


def label_lines(text: str, lines: Sequence[Line], repeated: frozenset[int], *, is_markdown: bool) -> LabelledLines:
    """Return the lines with their labels. repeated holds the keys of lines that many articles share.

    A line that was cut has a smaller range. A line that was cut whole is left out.
    """
    kept, cuts, glued = _cut_lines(text, lines)
    shared = [bool(repeated) and line_key(line) in repeated for line in kept]
    labels = [_label_by_words(line, position) for position, line in enumerate(kept)]
    front_matter = read_front_matter(text, kept)
    if front_matter is not None:
        _label_front_matter(labels, front_matter)
    start = 0 if front_matter is None else kept[front_matter.lines - 1].end
    structure = read_markdown(text, start) if is_markdown else EMPTY
    label_blocks(text, kept, labels, structure)
    if not is_markdown:
        label_running_heads(text, kept, labels)
    headline = _label_headline(kept, labels, glued, shared)
    if not is_markdown:
        label_column_tables(kept, labels)
    _label_repeated(kept, labels, shared)
    _label_links(kept, labels)
    _label_teasers(kept, labels)
    _label_copies(kept, labels)
    _label_captions(kept, labels)
    return LabelledLines(tuple(kept), tuple(labels), tuple(cuts), headline, front_matter, structure)


def _cut_lines(text: str, lines: Sequence[Line]) -> tuple[list[Line], list[Boilerplate], frozenset[int]]:
    """Cut numbers at the top and repetitions inside lines; also return where the lines with repetitions start."""
    kept: list[Line] = []
    cuts: list[Boilerplate] = []
    glued: set[int] = set()
    for position, line in enumerate(lines):
        number = None
        whole: Line | None = line
        if position < TOP_LINES:
            whole, number = cut_number(text, line)
        if number is not None:
            cuts.append(number)
        if whole is None:
            continue
        single, copy = cut_repetition(text, whole, at_top=position < TOP_LINES)
        if copy is not None:
            cuts.append(copy)
            glued.add(single.start)
        kept.append(single)
    return kept, cuts, frozenset(glued)


def _label_by_words(line: Line, position: int) -> Label:
    if is_marked(line):
        return MARKED
    reason = find_page_reason(line, position)
    if reason is not None:
        return Label("boilerplate", reason)
    reason = find_metadata_reason(line, position)
    if position == 0 and reason == "date" and is_date_of_publication(line.text):
        return Label("metadata", reason)
    return BODY if reason is None or position == 0 else Label("metadata", reason)


def _label_front_matter(labels: list[Label], front_matter: FrontMatter) -> None:
    count = front_matter.lines
    labels[:count] = [Label("metadata", "front matter")] * count
    if front_matter.is_fenced:
        labels[0] = labels[count - 1] = Label("boilerplate", "front matter mark")


def _label_headline(
    lines: Sequence[Line], labels: list[Label], glued: frozenset[int], shared: Sequence[bool]
) -> Line | None:
    """Label the headline and its repetitions; return its longest form."""
    content = [number for number, label in enumerate(labels) if label in (BODY, MARKED)]
    content = content[_count_kickers([lines[number] for number in content], [shared[number] for number in content]) :]
    if not content:
        return None
    first, following = content[0], lines[content[1]] if len(content) > 1 else None
    line = lines[first]
    certain = labels[first] == MARKED or line.start in glued
    if not can_be_headline(line, following, certain=certain):
        return None
    labels[first] = HEADLINE
    longest = line
    for position, number in enumerate(content[1:], 1):
        if position < HEADLINE_LINES and longest is line and extends_headline(lines[number], line):
            longest = lines[number]
            labels[number] = HEADLINE
        elif is_repeated_headline(lines[number], longest, position):
            labels[number] = Label("boilerplate", "headline repeated")
    return longest


def _count_kickers(lines: Sequence[Line], shared: Sequence[bool]) -> int:
    """Return how many lines stand above the headline: "Analysis", or the name of the site."""
    for number in range(min(HEADLINE_LINES, len(lines) - 1)):
        above = is_kicker(lines[number]) or shared[number]
        following = lines[number + 2] if number + 2 < len(lines) else None
        if not above or not can_be_headline(lines[number + 1], following, certain=False):
            return number
    return 0


def _label_repeated(lines: Sequence[Line], labels: list[Label], shared: Sequence[bool]) -> None:
    """Label lines that many articles share where the words or the neighbours prove that the page is speaking.

    That many articles share a line alone proves nothing: the outcome of a ruling stands in many rulings.
    """
    proven = [label.kind == "boilerplate" for label in labels]
    for number, line in enumerate(lines):
        if shared[number] and labels[number] in (BODY, MARKED) and is_page_talk(line.words, NAMES):
            proven[number] = True
    fragments = [is_shared and not is_sentence(line) for is_shared, line in zip(shared, lines, strict=True)]
    for number in _spread(proven, fragments):
        proven[number] = True
    for number, label in enumerate(labels):
        if proven[number] and label in (BODY, MARKED):
            labels[number] = REPEATED


def _spread(proven: Sequence[bool], open_to: Sequence[bool]) -> set[int]:
    """Return the lines that are open to a proof and reached from a proven line through such lines only."""
    reached: set[int] = set()
    for order in (range(1, len(proven)), range(len(proven) - 2, -1, -1)):
        step = order.step
        for number in order:
            if open_to[number] and (proven[number - step] or number - step in reached):
                reached.add(number)
    return reached


def _free(labels: Sequence[Label]) -> list[bool]:
    return [label == BODY for label in labels]


def _label_links(lines: Sequence[Line], labels: list[Label]) -> None:
    for number in find_links(lines, _free(labels)):
        labels[number] = Label("boilerplate", "link to another article")


def _label_teasers(lines: Sequence[Line], labels: list[Label]) -> None:
    free = [label in (BODY, MARKED) or label.kind == "metadata" for label in labels]
    for number in find_teasers(lines, free):
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
