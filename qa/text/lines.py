"""Lines of a text with exact offsets, and the lines that many articles share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qa.records import Span
from qa.text.fold import fold

REPEATABLE_CHARACTERS = 160
FOLDED_CHARACTERS = 2_000
# A line is boilerplate when this many articles, and this share of all articles, hold it.
EVIDENCE_ARTICLES = 12
FRAGMENT_SHARE = 0.003
SENTENCE_SHARE = 0.01
# An article is a copy when one earlier article holds more than this share of its sentences.
COPY_SHARE = 0.5
# The two lowest bits of a line's key.
PROSE, SENTENCE = 1, 2

# Stands between the pages of a document.
PAGE_BREAK = "\f"

_SENTENCE_END = re.compile(r"[.!?…][\"')]*$")
# Values, list items and labels: facts that may be the same in many articles.
_FACT = re.compile(r".*\d|[-*•·–|]\s|[^:]{1,40}: |.*:$")

_NEWLINE = re.compile(r"\r\n|\n|\r")
_WORD = re.compile(r"\w+")
_CONTRACTIONS = (("can't", "can not"), ("won't", "will not"), ("n't", " not"), ("'re", " are"), ("'ve", " have"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, without surrounding white space.

    ``folded`` is the folded text of the first 2,000 characters. ``words`` are the words of ``folded`` with contractions
    expanded. ``after_blank`` is true for the first line and after a blank line, ``after_page`` for the first line after
    a page break.
    """

    start: int
    end: int
    text: str
    folded: str
    after_blank: bool
    after_page: bool
    _words: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def rough_words(self) -> int:
        """The number of words, estimated from the spaces."""
        return self.folded.count(" ") + 1

    @property
    def words(self) -> Sequence[str]:
        if not self._words:
            self._words.extend(split_words(self.folded))
        return self._words


def split_words(folded: str) -> list[str]:
    """Return the words of a folded text with contractions expanded.

    >>> split_words("we weren't there.")
    ['we', 'were', 'not', 'there']
    """
    if "'" in folded:
        for short, long in _CONTRACTIONS:
            folded = folded.replace(short, long)
    return _WORD.findall(folded)


def line_spans(text: str) -> list[Span]:
    r"""Return every line without its newline. Only \n, \r\n and \r end a line.

    >>> line_spans("a\r\n\rb")
    [Span(start=0, end=1), Span(start=3, end=3), Span(start=4, end=5)]
    """
    spans, start = [], 0
    for newline in _NEWLINE.finditer(text):
        spans.append(Span(start, newline.start()))
        start = newline.end()
    spans.append(Span(start, len(text)))
    return spans


def trim(text: str, start: int, end: int) -> Span:
    """Return the range without leading and trailing white space; a blank range becomes empty."""
    piece = text[start:end]
    left = piece.lstrip()
    start = end - len(left)
    return Span(start, start + len(left.rstrip()))


def read_lines(text: str) -> tuple[Line, ...]:
    """Return the lines that are not blank, in reading order."""
    lines, after_blank, end = [], True, 0
    for whole in line_spans(text):
        span = trim(text, whole.start, whole.end)
        if span.start == span.end:
            after_blank = True
            continue
        words = text[span.start : span.end]
        after_page = PAGE_BREAK in text[end : span.start]
        lines.append(Line(span.start, span.end, words, fold(words[:FOLDED_CHARACTERS]), after_blank, after_page))
        after_blank, end = False, span.end
    return tuple(lines)


def is_sentence(line: Line) -> bool:
    """Tell whether a line ends as a sentence does."""
    return _SENTENCE_END.search(line.folded) is not None


def line_key(line: Line) -> int:
    """Return a stable 64-bit hash of the folded line. The two lowest bits are PROSE, SENTENCE or 0.

    Prose is a long line or a line that states a value. It is never boilerplate, however many articles share it.
    """
    content = (line.folded if line.end - line.start <= FOLDED_CHARACTERS else line.text).encode(
        "utf-8", "surrogatepass"
    )
    key = int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little", signed=True)
    if line.end - line.start > REPEATABLE_CHARACTERS or _FACT.match(line.folded):
        return key & ~3 | PROSE
    return key & ~3 | (SENTENCE if is_sentence(line) else 0)


def line_keys(text: str) -> NDArray[np.int64]:
    """Return the distinct keys of the text's lines, sorted, shape (k,)."""
    return np.unique(np.array([line_key(line) for line in read_lines(text)], dtype=np.int64))


def find_repeated_lines(all_keys: Iterable[NDArray[np.int64]]) -> frozenset[int]:
    """Return the keys of lines that at least twelve articles share, and 0.3 % of all articles (1 % for sentences).

    all_keys holds one array per article, from line_keys. Copies of an earlier article do not count; otherwise the
    updates of one story would turn all of it into boilerplate.
    """
    arrays = list(all_keys)
    if len(arrays) < EVIDENCE_ARTICLES:
        return frozenset()
    keys, inverse, counts = np.unique(np.concatenate(arrays), return_inverse=True, return_counts=True)
    owners = np.repeat(np.arange(len(arrays)), [len(array) for array in arrays])
    evidence = ~_find_copies(keys, counts, inverse, owners, len(arrays))[owners]
    tally = np.bincount(inverse[evidence], minlength=len(keys))
    share = np.where(keys & 3 == SENTENCE, SENTENCE_SHARE, FRAGMENT_SHARE)
    enough = np.maximum(EVIDENCE_ARTICLES, np.ceil(share * len(arrays)))
    return frozenset(keys[(tally >= enough) & (keys & 3 != PROSE)].tolist())


def _find_copies(
    keys: NDArray[np.int64],
    counts: NDArray[np.int64],
    inverse: NDArray[np.int64],
    owners: NDArray[np.int64],
    articles: int,
) -> NDArray[np.bool_]:
    """Tell for each article whether an earlier one holds most of its sentences, or others hold all its lines."""
    said = keys[inverse] & 3 != 0
    totals = np.bincount(owners[said], minlength=articles)
    first = np.full(len(keys), articles, np.int64)
    np.minimum.at(first, inverse, owners)
    earlier = first[inverse]
    taken = said & (earlier < owners)
    pairs, shared = np.unique(owners[taken] * np.int64(articles) + earlier[taken], return_counts=True)
    most = np.zeros(articles, np.int64)
    np.maximum.at(most, pairs // articles, shared)
    line_totals = np.bincount(owners, minlength=articles)
    lines_elsewhere = np.bincount(owners[(counts > 1)[inverse]], minlength=articles)
    copied: NDArray[np.bool_] = np.where(totals > 0, most > COPY_SHARE * totals, lines_elsewhere == line_totals)
    return copied
