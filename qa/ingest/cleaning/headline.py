"""The headline: what is glued to it, and where it is repeated."""

from __future__ import annotations

import re
from dataclasses import replace

from qa.records import Boilerplate
from qa.text.fold import fold
from qa.text.lines import FOLD_LIMIT, Line, trimmed, words_of

HEADLINE_LIMIT = 300
GLUE_LIMIT = 600
GLUED_WORDS = 5

_NUMBER = re.compile(r"1\d{9}(?:\d{3})?(?:\s+|$)")
_WORD = re.compile(r"\w+")
_MARKS = re.compile(r"#{1,6}\s+(?=\S)")
_PROSE_END = re.compile(r"(?<!\.)[.;,:][\"'”’»)\]]*$")
_CUT_SHORT = re.compile(r"[\s.…|–-]+$")
_LIST_MARK = re.compile(r"(?:[-*•·–+]|\d{1,3}[.)])\s")


def without_number(text: str, line: Line) -> tuple[Line | None, Boilerplate | None]:
    """Cut a Unix timestamp, in seconds or milliseconds, from the front of a line; None for a line of nothing else."""
    match = _NUMBER.match(line.text)
    if match is None:
        return line, None
    end = line.start + len(match.group().rstrip())
    boilerplate = Boilerplate(line.start, end, "number before the headline")
    if match.end() == len(line.text):
        return None, boilerplate
    return _shortened(text, line, line.start + match.end(), line.end), boilerplate


def without_glue(text: str, line: Line, *, at_top: bool) -> tuple[Line, Boilerplate | None]:
    """Cut what repeats a line inside itself: "It was war.It was war." keeps the first "It was war."

    Speakers say things twice, so away from the top only what is glued without a space counts.
    """
    folded = line.folded
    if not 20 < len(line.text) <= GLUE_LIMIT or folded.find(folded[:10], 10) < 0:
        return line, None
    words = [(match.start(), match.group()) for match in _WORD.finditer(line.text)]
    bare = [fold(word) for _, word in words]
    for period in range(3, len(bare) // 2 + 1):
        if len(bare) % period == 0 and bare == bare[:period] * (len(bare) // period):
            second = line.start + words[period][0]
            certain = (at_top and period >= GLUED_WORDS) or not text[second - 1].isspace()
            return _glue_cut(text, line, second) if certain else (line, None)
    return line, None


def _glue_cut(text: str, line: Line, second: int) -> tuple[Line, Boilerplate]:
    """Keep the marks that open the repeated part with it."""
    while second > line.start and text[second - 1] in "“‘\"'«([":
        second -= 1
    kept = trimmed(text, line.start, second)
    return _shortened(text, line, kept.start, kept.end), Boilerplate(second, line.end, "glued to itself")


def without_marks(text: str, line: Line) -> Line:
    """Return a Markdown heading without its number signs, other lines as they are."""
    match = _MARKS.match(line.text)
    return line if match is None else _shortened(text, line, line.start + match.end(), line.end)


def is_marked(line: Line) -> bool:
    """Tell whether a line is a Markdown heading."""
    return _MARKS.match(line.text) is not None


def _shortened(text: str, line: Line, start: int, end: int) -> Line:
    piece = text[start:end]
    return replace(line, start=start, end=end, text=piece, folded=fold(piece[:FOLD_LIMIT]), _words=[])


def can_be_headline(line: Line, following: Line | None, *, certain: bool) -> bool:
    """Tell whether the first line of content reads as a headline; certain when a mark or a glued copy says so."""
    if line.end - line.start > HEADLINE_LIMIT or following is None:
        return certain and line.end - line.start <= HEADLINE_LIMIT
    if certain or words_of(following.folded)[: len(line.words)] == list(line.words):
        return True
    return len(line.words) <= 40 and not _PROSE_END.search(line.text) and not _LIST_MARK.match(line.text)


def is_repeated_headline(line: Line, headline: Line, position: int) -> bool:
    """Tell whether a line repeats the headline, whole or cut short; short headlines only when they stand at the top."""
    if len(line.words) < 4 and position > 3:
        return False
    words = words_of(_CUT_SHORT.sub("", line.folded))
    if not words or (position > 12 and _PROSE_END.search(line.text)):
        return False
    if words == list(headline.words):
        return True
    return len(words) >= 5 and words == list(headline.words)[: len(words)] and not _PROSE_END.search(line.text)


def extends_headline(line: Line, headline: Line) -> bool:
    """Tell whether a line is the same headline with more words at its end."""
    count = len(headline.words)
    if count < 5 or not count < len(line.words) <= count + 20 or _PROSE_END.search(line.text):
        return False
    return list(line.words[:count]) == list(headline.words)
