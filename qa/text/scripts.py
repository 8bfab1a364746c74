"""Scripts that put no spaces between words."""

from __future__ import annotations

import re

# Thai to Burmese, Khmer, kana and Han characters.
UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
# Marks above Thai and Lao letters, at which tantivy would end a word.
_TONES = re.compile(r"[\u0e47-\u0e4e\u0ec8-\u0ecd]")


def split_unspaced(text: str) -> str:
    """Return the text with each run of such a script as its overlapping pairs of characters, between spaces.

    Pairs find what words would find, without a dictionary that takes megabytes and misses names.

    >>> split_unspaced("5月3日、図書館")
    '5 月 3 日 、 図書 書館 '
    """
    return UNSPACED.sub(_as_pairs, text)


def _as_pairs(found: re.Match[str]) -> str:
    run = _TONES.sub("", found[0])
    pairs = [run[at : at + 2] for at in range(len(run) - 1)] or [run]
    return f" {' '.join(pairs)} "
