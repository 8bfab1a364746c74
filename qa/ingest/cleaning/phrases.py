"""Lists of phrases as one regular expression."""

from __future__ import annotations

import re


def one_of(phrases: str, **parts: str) -> re.Pattern[str]:
    """Return a pattern for any of the phrases, one regular expression a line; <name> stands for a part.

    >>> bool(one_of("leave a <what>", what="(?:comment|reply)").fullmatch("leave a reply"))
    True
    """
    for name, part in parts.items():
        phrases = phrases.replace(f"<{name}>", part)
    return re.compile("|".join(line.strip() for line in phrases.strip().splitlines()))
