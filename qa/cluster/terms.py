"""The terms of all shards with their frequencies: a sorted text, mapped from the disk and looked up by halving."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from qa.digests import FileDigest
from qa.store.folder.mapping import map_file
from qa.store.folder.storage import write_file
from qa.store.lexical.padding import Lengths, WholeCounts
from qa.store.lexical.reader import near_terms, word_analyzer
from qa.store.lexical.searchable import searchable

# Terms whose frequency is kept in memory, and first letters of which all terms are.
CACHED_TERMS, CACHED_LETTERS = 10_000, 64


def write_terms(folder: Path, stem: str, frequencies: Mapping[str, int]) -> dict[str, FileDigest]:
    """Write a table of terms as two new files; return their digests by name."""
    terms = sorted((term.encode(), count) for term, count in frequencies.items())
    table = np.zeros((len(terms), 2), "<i8")
    table[1:, 0] = np.cumsum([len(term) + 1 for term, _ in terms[:-1]])
    table[:, 1] = [count for _, count in terms]
    text = b"".join(term + b"\n" for term, _ in terms)
    names = _names(stem)
    return {name: write_file(folder / name, part) for name, part in zip(names, (text, table.tobytes()), strict=True)}


def _names(stem: str) -> tuple[str, str]:
    return f"{stem}.txt", f"{stem}.i64"


class TermTable:
    """The terms of an index that is spread over shards."""

    def __init__(self, folder: Path, stem: str) -> None:
        text, table = _names(stem)
        self._text = map_file(folder / text, np.uint8).data
        self._table = map_file(folder / table, np.int64).reshape(-1, 2)
        self._frequency = lru_cache(CACHED_TERMS)(self._look_up)
        self._beginning = lru_cache(CACHED_LETTERS)(self._beginning_with)

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Return how many documents of all shards hold each term."""
        return [self._frequency(term) for term in terms]

    def near(self, term: str, distance: int) -> Mapping[str, int]:
        """Return the other terms with the same first letter within this edit distance, each with its frequency."""
        return near_terms(term, distance, self._beginning(term[0]))

    def _look_up(self, term: str) -> int:
        sought = term.encode()
        at = self._place(sought)
        return int(self._table[at, 1]) if at < len(self._table) and self._term(at) == sought else 0

    def _beginning_with(self, letter: str) -> Mapping[str, int]:
        first = letter.encode()
        start, end = self._place(first), self._place(first + b"\xff")
        terms = (self._term(at).decode() for at in range(start, end))
        return dict(zip(terms, self._table[start:end, 1].tolist(), strict=True))

    def _place(self, sought: bytes) -> int:
        return bisect_left(range(len(self._table)), sought, key=self._term)

    def _term(self, at: int) -> bytes:
        start = int(self._table[at, 0])
        end = int(self._table[at + 1, 0]) if at + 1 < len(self._table) else len(self._text)
        return bytes(self._text[start : end - 1])


class ClusterWords:
    """The words of all shards; implements WordIndex."""

    def __init__(self, terms: TermTable) -> None:
        self._analyzer = word_analyzer()
        self._terms = terms

    def terms(self, text: str) -> list[str]:
        return list(dict.fromkeys(self._analyzer.analyze(searchable(text))))

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        return self._terms.frequencies(terms)

    def near(self, term: str, distance: int) -> Mapping[str, int]:
        return self._terms.near(term, distance)


def count_words(terms: Sequence[str], table: TermTable, lengths: Lengths) -> WholeCounts:
    """Return what a shard has to know of these terms to weigh them as all shards together would."""
    return WholeCounts(lengths, dict(zip(terms, table.frequencies(terms), strict=True)))
