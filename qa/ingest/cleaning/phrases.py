"""Compiles a list of phrases to one regular expression, and a list of words to a set."""

from __future__ import annotations

import re


def compile_phrases(phrases: str, **parts: str) -> re.Pattern[str]:
    """Return a pattern that matches any of the phrases, one regular expression per line. <name> stands for a part.

    >>> bool(compile_phrases("leave a <noun>", noun="(?:comment|reply)").fullmatch("leave a reply"))
    True
    """
    for name, part in parts.items():
        phrases = phrases.replace(f"<{name}>", part)
    return re.compile("|".join(line.strip() for line in phrases.strip().splitlines()))


def read_words(words: str) -> frozenset[str]:
    """Return the words of a text as a set.

    >>> sorted(read_words("home news"))
    ['home', 'news']
    """
    return frozenset(words.split())
