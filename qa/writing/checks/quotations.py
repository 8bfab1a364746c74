"""Text in quotation marks: it has to stand in what the sentence cites, word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.text.fold import fold

_QUOTED = re.compile(r"“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|\"([^\"]+)\"")


def find_wrong_quotation(sentence: str, cited: Sequence[str]) -> str | None:
    """Return the first text in quotation marks that no cited text has, or None.

    Spelling of quotation marks, dashes, white space and case does not count, nor does a mark at the end.

    >>> find_wrong_quotation('He called it "a great loss."', ["It was a  great loss for us."])
    >>> find_wrong_quotation('He called it "a great win".', ["It was a great loss."])
    'a great win'
    """
    texts = [_plain(text) for text in cited]
    for found in _QUOTED.finditer(sentence):
        quoted = next(part for part in found.groups() if part is not None)
        words = _plain(quoted).strip(" .,;:!?…")
        if words and not any(words in text for text in texts):
            return quoted
    return None


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
