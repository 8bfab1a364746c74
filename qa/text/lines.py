"""Lines of a text with exact offsets, and which lines stand in many articles."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qa.records import Span
from qa.text.fold import fold

CANDIDATE_LIMIT = 160
FOLD_LIMIT = 2_000
EVIDENCE_ARTICLES = 3
PROSE, SENTENCE = 1, 2
OPEN_SHARE = 0.003
SENTENCE_SHARE = 0.01
COPY_SHARE = 0.5

_SENTENCE_END = re.compile(r"[.!?…][\"')]*$")
# Values, items and labels: facts that may be equal in many articles.
_FACT = re.compile(r".*\d|[-*•·–|]\s|[^:]{1,40}: |.*:$")

_NEWLINE = re.compile(r"\r\n|\n|\r")
_WORD = re.compile(r"\w+")
_CONTRACTIONS = (("can't", "can not"), ("won't", "will not"), ("n't", " not"), ("'re", " are"), ("'ve", " have"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, without the white space around it.

    ``folded`` is its folded text, only of the first 2,000 characters; ``words`` are the words of that with contractions
    written out; ``after_blank`` tells whether a blank line, or nothing, stands before.
    """

    start: int
    end: int
    text: str
    folded: str
    after_blank: bool
    _words: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def rough_words(self) -> int:
        """How many words, counted by the spaces between them."""
        return self.folded.count(" ") + 1

    @property
    def words(self) -> Sequence[str]:
        if not self._words:
            self._words.extend(words_of(self.folded))
        return self._words


def words_of(folded: str) -> list[str]:
    """Return the words of a folded text, contractions written out.

    >>> words_of("we weren't there.")
    ['we', 'were', 'not', 'there']
    """
    if "'" in folded:
        for short, long in _CONTRACTIONS:
            folded = folded.replace(short, long)
    return _WORD.findall(folded)


def line_spans(text: str) -> list[Span]:
    r"""Return every line without its newline, which is \n, \r\n or \r and nothing else.

    >>> line_spans("a\r\n\rb")
    [Span(start=0, end=1), Span(start=3, end=3), Span(start=4, end=5)]
    """
    spans, start = [], 0
    for newline in _NEWLINE.finditer(text):
        spans.append(Span(start, newline.start()))
        start = newline.end()
    spans.append(Span(start, len(text)))
    return spans


def trimmed(text: str, start: int, end: int) -> Span:
    """Return the range without the white space at both ends; empty ranges end where they start."""
    piece = text[start:end]
    left = piece.lstrip()
    start = end - len(left)
    return Span(start, start + len(left.rstrip()))


def read_lines(text: str) -> tuple[Line, ...]:
    """Return the lines that are not blank, in order."""
    lines, after_blank = [], True
    for whole in line_spans(text):
        span = trimmed(text, whole.start, whole.end)
        if span.start == span.end:
            after_blank = True
            continue
        words = text[span.start : span.end]
        lines.append(Line(span.start, span.end, words, fold(words[:FOLD_LIMIT]), after_blank))
        after_blank = False
    return tuple(lines)


def line_key(line: Line) -> int:
    """Return a stable 64-bit hash of the folded line; its lowest bits are 1 for prose, 2 for a sentence, 0 otherwise.

    Prose, which is never boilerplate by corpus evidence, is a long line or one that states a fact in form of a value.
    """
    content = (line.folded if line.end - line.start <= FOLD_LIMIT else line.text).encode("utf-8", "surrogatepass")
    key = int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little", signed=True)
    if line.end - line.start > CANDIDATE_LIMIT or _FACT.match(line.folded):
        return key & ~3 | PROSE
    return key & ~3 | (SENTENCE if _SENTENCE_END.search(line.folded) else 0)


def line_keys(text: str) -> NDArray[np.int64]:
    """Return the distinct keys of the text's lines, sorted, shape (k,)."""
    return np.unique(np.array([line_key(line) for line in read_lines(text)], dtype=np.int64))


def repeated_lines(all_keys: Iterable[NDArray[np.int64]]) -> frozenset[int]:
    """Return the keys of lines that stand in many articles: three at least, and .3 % of all, 1 % for sentences.

    all_keys holds one array per article, as line_keys gives it. Articles that are copies of others, most of whose long
    lines stand elsewhere too, are no evidence: otherwise three copies of one text would make boilerplate of it.
    """
    arrays = list(all_keys)
    if not arrays:
        return frozenset()
    keys, inverse, counts = np.unique(np.concatenate(arrays), return_inverse=True, return_counts=True)
    owners = np.repeat(np.arange(len(arrays)), [len(array) for array in arrays])
    evidence = ~_copies(keys, counts, inverse, owners, len(arrays))[owners]
    tally = np.bincount(inverse[evidence], minlength=len(keys))
    share = np.where(keys & 3 == SENTENCE, SENTENCE_SHARE, OPEN_SHARE)
    enough = np.maximum(EVIDENCE_ARTICLES, np.ceil(share * len(arrays)))
    return frozenset(keys[(tally >= enough) & (keys & 3 != PROSE)].tolist())


def _copies(
    keys: NDArray[np.int64],
    counts: NDArray[np.int64],
    inverse: NDArray[np.int64],
    owners: NDArray[np.int64],
    articles: int,
) -> NDArray[np.bool_]:
    """Tell for every article whether most of its prose (its short lines, when it has no prose) stands elsewhere."""
    elsewhere = (counts > 1)[inverse]
    prose = (keys & 3 == PROSE)[inverse]
    totals = np.bincount(owners[prose], minlength=articles)
    shared = np.bincount(owners[prose & elsewhere], minlength=articles)
    short_totals = np.bincount(owners, minlength=articles)
    short_shared = np.bincount(owners[elsewhere], minlength=articles)
    without_prose = (totals == 0) & (short_shared == short_totals)
    copied: NDArray[np.bool_] = (shared > COPY_SHARE * totals) | without_prose
    return copied
