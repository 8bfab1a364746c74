"""One spelling for the texts of all sources, so that the reader cannot learn a source by its spelling."""

from __future__ import annotations

import re

# Each character is exchanged for one other, so that offsets stay true.
STRAIGHT_CHARACTERS = {
    "‘": "'",
    "’": "'",
    "‚": "'",
    "`": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
} | {"–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "…": ".", "\u00a0": " ", "\u2009": " ", "\u202f": " "}
_STRAIGHT = str.maketrans(STRAIGHT_CHARACTERS)
_SPLIT_NOT = re.compile(r"(?<=\w) n't\b", re.IGNORECASE)
_SPLIT_QUOTES = re.compile(r"``|''")
_SPLIT_CANNOT = re.compile(r"\bcan not\b", re.IGNORECASE)


def straighten(text: str) -> str:
    """Return the text with straight quotation marks and plain dashes, as long as before.

    >>> straighten("the “King’s” — own")
    'the "King\\'s" - own'
    """
    return text.translate(_STRAIGHT)


def join_words(text: str) -> str:
    """Return a text that was split into words with the same word pieces as the text before it was split.

    The vocabulary has no capitals and splits at every mark, so spaces before marks may stay.

    >>> join_words("he did n't say `` no ''")
    'he didn\\'t say " no "'
    """
    return _SPLIT_CANNOT.sub("cannot", _SPLIT_NOT.sub("n't", _SPLIT_QUOTES.sub('"', text)))


def plain(text: str) -> str:
    """Return the words in lower case with one space between them.

    >>> plain("The King’s “No”!")
    'the king s no'
    """
    return re.sub(r"[^\w]+", " ", text.lower()).strip()


def passage_key(passage: str) -> str:
    """Return the first 300 letters and digits in lower case, which two spellings of one passage share."""
    return re.sub(r"\W+", "", passage.lower())[:300]
