"""The headline: what to cut from it, and which lines repeat it."""

from __future__ import annotations

import re
from dataclasses import replace

from qa.ingest.cleaning.phrases import read_words
from qa.records import Boilerplate
from qa.text.fold import fold
from qa.text.lines import FOLDED_CHARACTERS, Line, split_words, trim

HEADLINE_CHARACTERS = 300
HEADLINE_WORDS = 40
KICKER_WORDS = 4
# Longer lines are not searched for a repetition of themselves.
GLUED_CHARACTERS = 600
# With fewer words, a repetition after a space may be deliberate.
REPEATED_WORDS = 5

_KICKER_WORDS = read_words(
    """
    a africa analyse analysis and asia background breaking briefing business check column comment community culture
    daily editorial embargoed entertainment environment europe exclusive explained explainer fact feature features
    first for from gallery health hintergrund immediate in interview investigation kommentar latest leitartikel
    letters lifestyle live local long media meinung menu money national news newsletter obituary of opinion panorama
    person photos podcast politics politik press pressemitteilung profile q read release report reportage review s
    science special sport sports story tech technology the top travel uk updates us video watch weather wirtschaft world
    """
)
_NUMBER = re.compile(r"1\d{9}(?:\d{3})?(?:\s+|$)")
_WORD = re.compile(r"\w+")
_MARKS = re.compile(r"#{1,6}\s+(?=\S)")
# Behind the full stop, references may follow: "[6]", "[^2]", a raised number, a tag.
_PROSE_END = re.compile(
    r"(?<!\.)[.;,:][\"'”’»)\]*_]*(?:\s?\[[^\]\s]{1,12}\]|[¹²³⁰-⁹†‡]|<(\w{1,9})\b[^<>]{0,99}>[^<]{0,99}</\1>)*$"
)
_CUT_SHORT = re.compile(r"[\s.…|–-]+$")
_LIST_MARK = re.compile(r"(?:[-*•·–+]|\d{1,3}[.)])\s")


def cut_number(text: str, line: Line) -> tuple[Line | None, Boilerplate | None]:
    """Cut a Unix timestamp (seconds or milliseconds) from the start of a line; the line is None if nothing is left."""
    match = _NUMBER.match(line.text)
    if match is None:
        return line, None
    end = line.start + len(match.group().rstrip())
    boilerplate = Boilerplate(line.start, end, "number before the headline")
    if match.end() == len(line.text):
        return None, boilerplate
    return _shorten(text, line, line.start + match.end(), line.end), boilerplate


def cut_repetition(text: str, line: Line, *, at_top: bool) -> tuple[Line, Boilerplate | None]:
    """Cut the repetition from a line that says the same words twice: "It was war.It was war." keeps "It was war."

    Away from the top, only repetitions without a space between them are cut, because speakers do repeat themselves.
    """
    folded = line.folded
    if not 20 < len(line.text) <= GLUED_CHARACTERS or folded.find(folded[:10], 10) < 0:
        return line, None
    words = [(match.start(), match.group()) for match in _WORD.finditer(line.text)]
    bare = [fold(word) for _, word in words]
    for period in range(3, len(bare) // 2 + 1):
        if len(bare) % period == 0 and bare == bare[:period] * (len(bare) // period):
            second = line.start + words[period][0]
            certain = (at_top and period >= REPEATED_WORDS) or not text[second - 1].isspace()
            return _cut_second(text, line, second) if certain else (line, None)
    return line, None


def _cut_second(text: str, line: Line, second: int) -> tuple[Line, Boilerplate]:
    """Cut the second part together with the quotation marks that open it."""
    while second > line.start and text[second - 1] in "“‘\"'«([":
        second -= 1
    kept = trim(text, line.start, second)
    return _shorten(text, line, kept.start, kept.end), Boilerplate(second, line.end, "glued to itself")


def cut_heading_marks(text: str, line: Line) -> Line:
    """Return a Markdown heading without its number signs, and any other line unchanged."""
    match = _MARKS.match(line.text)
    return line if match is None else _shorten(text, line, line.start + match.end(), line.end)


def is_marked(line: Line) -> bool:
    """Tell whether a line is a Markdown heading."""
    return _MARKS.match(line.text) is not None


def _shorten(text: str, line: Line, start: int, end: int) -> Line:
    piece = text[start:end]
    return replace(line, start=start, end=end, text=piece, folded=fold(piece[:FOLDED_CHARACTERS]), _words=[])


def is_kicker(line: Line) -> bool:
    """Tell whether a line names the kind or section of an article, as it stands above headlines."""
    return len(line.words) <= KICKER_WORDS and _KICKER_WORDS.issuperset(line.words)


def can_be_headline(line: Line, following: Line | None, *, certain: bool) -> bool:
    """Tell whether the first line of content can be the headline; certain says that a mark or repetition proves it."""
    if line.end - line.start > HEADLINE_CHARACTERS or following is None:
        return certain and line.end - line.start <= HEADLINE_CHARACTERS
    if certain or split_words(following.folded)[: len(line.words)] == list(line.words):
        return True
    return len(line.words) <= HEADLINE_WORDS and not _PROSE_END.search(line.text) and not _LIST_MARK.match(line.text)


def is_repeated_headline(line: Line, headline: Line, position: int) -> bool:
    """Tell whether a line repeats the headline or its beginning; a headline of under four words only at the top."""
    if line.words[:1] != headline.words[:1] or (len(line.words) < 4 and position > 3):
        return False
    words = split_words(_CUT_SHORT.sub("", line.folded))
    if not words or (position > 12 and _PROSE_END.search(line.text)):
        return False
    if words == list(headline.words):
        return True
    return len(words) >= 5 and words == list(headline.words)[: len(words)] and not _PROSE_END.search(line.text)


def extends_headline(line: Line, headline: Line) -> bool:
    """Tell whether a line is the headline with more words at the end."""
    count = len(headline.words)
    if count < 5 or not count < len(line.words) <= count + 20 or _PROSE_END.search(line.text):
        return False
    return list(line.words[:count]) == list(headline.words)
