"""Lines that repeat another line of the same article, such as captions printed twice and pull quotes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from qa.text.lines import Line, split_words

# The fewest words of a copy, of a caption printed twice, and of a line inside a longer line; the most of a pull quote.
COPY_WORDS = 6
CAPTION_WORDS = 10
CONTAINED_WORDS = 8
PULL_QUOTE_WORDS = 60
# The most words of a pull quote's attribution.
ATTRIBUTION_WORDS = 6
# The share of a pull quote's words that the longer line must hold, in order; less when a quotation mark is missing.
NEAR_SHARE = 0.9
NEAR_SHARE_UNBALANCED = 0.7
# Candidates times characters, above which contained lines are not searched for.
SEARCH_STEPS = 20_000_000
# How many lines are kept per run of three words, and how many of them are compared.
LINES_PER_RUN = 20
COMPARED_LINES = 3

_EDGES = " \"'.,;:!?…-"
_CLOSED = re.compile(r"[.!?…][\"'”’»)\]]*$")
_LISTED = re.compile(r"[-*•·–►]|[^:]{1,60}: ")


Run = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Copies:
    """The lines that are copies, with the reason, and the lines that are captions because they were printed twice."""

    reasons: Mapping[int, str]
    captions: frozenset[int]


def find_copies(lines: Sequence[Line], free: Sequence[bool]) -> Copies:
    """Return the copies among the free lines. The line that they repeat always stays."""
    reasons: dict[int, str] = {}
    captions: set[int] = set()
    for numbers in _group_equal(lines, free):
        _label_equal(lines, numbers, reasons, captions)
    reasons |= _find_contained(lines, [free[i] and i not in reasons for i in range(len(lines))])
    reasons |= _find_pull_quotes(lines, [free[i] and i not in reasons for i in range(len(lines))])
    return Copies(reasons, frozenset(captions - reasons.keys()))


def _strip_edges(line: Line) -> str:
    return line.folded.strip(_EDGES)


def _group_equal(lines: Sequence[Line], free: Sequence[bool]) -> list[list[int]]:
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        if free[number] and 20 < line.end - line.start <= 800:
            groups[_strip_edges(line)].append(number)
    return [numbers for numbers in groups.values() if len(numbers) > 1 and lines[numbers[0]].rough_words >= COPY_WORDS]


def _label_equal(lines: Sequence[Line], numbers: list[int], reasons: dict[int, str], captions: set[int]) -> None:
    """Label the copies in a group of equal lines.

    A sentence said twice stays. A line without a full stop that is printed twice is a caption. Short lines and list
    items stay unless they follow each other directly, because two things may have the same value.
    """
    closed = [number for number in numbers if _CLOSED.search(lines[number].text)]
    if len(closed) == len(numbers):
        pairs = pairwise(numbers)
        reasons.update({later: "copy of the line before" for one, later in pairs if later - one == 1})
        return
    apart = any(later - one > 1 for one, later in pairwise(numbers))
    first = lines[numbers[0]]
    if apart and (first.rough_words < CAPTION_WORDS or _LISTED.match(first.text)):
        return
    kept = closed[0] if closed else numbers[0]
    reason = "copy of body text" if closed else "copy of a caption"
    stay = {kept, *closed}
    reasons.update({number: reason for number in numbers if number not in stay})
    if not closed:
        captions.add(kept)


def _find_contained(lines: Sequence[Line], free: Sequence[bool]) -> dict[int, str]:
    """Return the lines whose words all stand, in the same order, inside a longer line."""
    candidates = [
        number
        for number, line in enumerate(lines)
        if free[number]
        and 30 < line.end - line.start <= 500
        and CONTAINED_WORDS <= line.rough_words <= PULL_QUOTE_WORDS
    ]
    whole = "\n".join(line.folded for number, line in enumerate(lines) if free[number])
    if len(candidates) * len(whole) > SEARCH_STEPS:
        return {}
    return {number: "repeats body text" for number in candidates if _is_inside(_strip_edges(lines[number]), whole)}


def _is_inside(core: str, whole: str) -> bool:
    at = whole.find(core)
    while at >= 0:
        end = at + len(core)
        before, after = whole[max(0, at - 3) : at], whole[end : end + 3]
        line_before, line_after = before.rpartition("\n")[2], after.partition("\n")[0]
        apart = not before[-1:].isalnum() and not after[:1].isalnum()
        if apart and (any(map(str.isalnum, line_before)) or any(map(str.isalnum, line_after))):
            return True
        at = whole.find(core, end)
    return False


def _find_pull_quotes(lines: Sequence[Line], free: Sequence[bool]) -> dict[int, str]:
    """Return the quotations that say nearly the same as a longer line."""
    quotes = {number: quote for number, line in enumerate(lines) if free[number] and (quote := _read_quote(line))}
    if not quotes:
        return {}
    postings = _index_runs(lines, free, {run for words, _ in quotes.values() for run in _list_runs(words)})
    return {
        number: "pull quote"
        for number, (words, share) in quotes.items()
        if _is_nearly_repeated(words, share, number, lines, postings, quotes)
    }


def _read_quote(line: Line) -> tuple[list[str], float] | None:
    """Return the words of a line in the form of a pull quote and the share that must stand elsewhere, or None."""
    if line.end - line.start > 500 or not COPY_WORDS <= line.rough_words <= PULL_QUOTE_WORDS:
        return None
    closing = max(line.folded.rfind('"'), line.text.rfind("”"))
    attribution = split_words(line.folded[closing + 1 :])
    if closing < 0 or len(attribution) > ATTRIBUTION_WORDS or (attribution and line.text.endswith((".", ":", ","))):
        return None
    unbalanced = line.text.count("”") > line.text.count("“") or (line.text.count('"') % 2 == 1 and line.text[0] != '"')
    if not unbalanced and line.text[0] not in '“"':
        return None
    words = list(line.words[: len(line.words) - len(attribution)])
    return (words, NEAR_SHARE_UNBALANCED if unbalanced else NEAR_SHARE) if len(words) >= COPY_WORDS else None


def _list_runs(words: Sequence[str]) -> Iterator[Run]:
    return zip(words, words[1:], words[2:], strict=False)


def _index_runs(lines: Sequence[Line], free: Sequence[bool], wanted: set[Run]) -> Mapping[Run, list[int]]:
    """Return the lines that hold each wanted run of three words, at most the first 20 per run."""
    postings: defaultdict[Run, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        for run in wanted.intersection(_list_runs(line.words)) if free[number] else ():
            if len(postings[run]) < LINES_PER_RUN:
                postings[run].append(number)
    return postings


def _is_nearly_repeated(
    words: list[str],
    share: float,
    number: int,
    lines: Sequence[Line],
    postings: Mapping[Run, list[int]],
    quotes: Mapping[int, tuple[list[str], float]],
) -> bool:
    shared = Counter(other for run in _list_runs(words) for other in postings.get(run, ()) if other != number)
    for other, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:COMPARED_LINES]:
        longer = len(lines[other].words) > len(words) or (other not in quotes and len(lines[other].words) == len(words))
        digits = {word for word in words if word.isdigit()}
        if longer and digits <= set(lines[other].words):
            blocks = SequenceMatcher(None, words, lines[other].words, autojunk=False).get_matching_blocks()
            if sum(block.size for block in blocks) >= share * len(words):
                return True
    return False
