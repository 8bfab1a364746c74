"""Words exchanged, put in or taken out of a copied sentence that turn its meaning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from qa.writing.checks.negation import NEGATIONS, SUPPOSITIONS
from qa.writing.checks.words import Word

# The likeness, from 0 to 1, from which a sentence counts as a copy.
LEAST_LIKENESS = 0.7
# The longest run of words that counts as exchanged.
MOST_WORDS = 3


def find_exchanged_word(words: Sequence[Word], cited: Iterable[Sequence[Word]]) -> str | None:
    """Return a word of the cited sentences that stands in the place of another, or a turning word, or None.

    Turning words are negations and suppositions that were put in or taken out. A word that stands nowhere in the cited
    sentences was said in other words, which is for another check to judge.
    """
    sources = [list(one) for one in cited]
    known = {word.stem for source in sources for word in source}
    for source in sources:
        matcher = SequenceMatcher(None, [word.stem for word in source], [word.stem for word in words], autojunk=False)
        if matcher.ratio() < LEAST_LIKENESS:
            continue
        for kind, start, end, first, last in matcher.get_opcodes():
            old, new = source[start:end], words[first:last]
            if kind == "equal" or max(len(old), len(new)) > MOST_WORDS:
                continue
            found = _exchanged(old, new, known) if kind == "replace" else _turning(*old, *new)
            if found is not None:
                return found
    return None


def _exchanged(old: Sequence[Word], new: Sequence[Word], known: set[str]) -> str | None:
    if not any(word.has_content for word in old):
        return None
    return next((word.text for word in new if word.has_content and word.stem in known), None)


def _turning(*words: Word) -> str | None:
    return next((word.text for word in words if word.text in NEGATIONS | SUPPOSITIONS), None)
