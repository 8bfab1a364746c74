"""Lines about the article: its authors and translators, its date, and where it was written."""

from __future__ import annotations

import re

from qa.ingest.metadata.bylines import is_byline, is_translator_line
from qa.ingest.metadata.date_lines import TOP_LINES, parse_date_line
from qa.text.lines import Line

METADATA_CHARACTERS = 200
DATELINE_LINES = 6
DATELINE_WORDS = 8

_DATELINE = re.compile(r"\(?[^\W\d_][\w .,/&'()-]{1,60}\)?\s*[—–]")
_WIRE = re.compile(
    r"\(?(?:cnn|ap|reuters|afp|bbc|upi|dpa|pa media|associated press|the associated press)\)?\W*", re.IGNORECASE
)


def find_metadata_reason(line: Line, position: int) -> str | None:
    """Return the kind of metadata a line holds ("byline", "translator", "date", "dateline"), or None."""
    if line.end - line.start > METADATA_CHARACTERS:
        return None
    if is_translator_line(line):
        return "translator"
    if is_byline(line, position):
        return "byline"
    if position < TOP_LINES and parse_date_line(line.text, position) is not None:
        return "date"
    is_dateline = _DATELINE.fullmatch(line.text) and line.rough_words <= DATELINE_WORDS
    return "dateline" if position < DATELINE_LINES and (_WIRE.fullmatch(line.text) or is_dateline) else None
