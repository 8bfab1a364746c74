"""Rows by the words that they share with a question, and the words that there are: BM25 by tantivy."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import msgspec
import numpy as np
import tantivy
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from qa.store.equal_scores import keep_bits
from qa.store.folder.storage import unreadable
from qa.store.lexical.searchable import searchable
from qa.store.protocols import Hits, Mask, best_of

# Bytes; longer words are not indexed.
LONGEST_WORD = 80
# Rows that are searched for beyond those asked for, and how many times as deep each further search looks.
MARGIN_ROWS, DEEPER = 20, 8
# Terms whose frequency is kept in memory.
CACHED_TERMS = 10_000
# The file of tantivy's that names the segments of an index.
META = "meta.json"


def word_analyzer() -> tantivy.TextAnalyzer:
    """Return the analyzer that makes terms of a searchable text."""
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return words.filter(tantivy.Filter.remove_long(LONGEST_WORD)).filter(tantivy.Filter.stemmer("english")).build()


class Segment(msgspec.Struct, frozen=True):
    """A part of a tantivy index as its meta.json names it; it has ``max_doc`` rows."""

    segment_id: str
    max_doc: int
    deletes: None = None


class Meta(msgspec.Struct, frozen=True):
    """The part of tantivy's meta.json that is needed here."""

    segments: tuple[Segment, ...]


def read_segments(folder: Path) -> tuple[Segment, ...]:
    """Return the segments of an index; their rows follow each other in this order."""
    return msgspec.json.decode((folder / META).read_bytes(), type=Meta).segments


@dataclass(frozen=True, slots=True)
class WordCounts:
    """How many documents an index holds, and how many of them hold each of some terms."""

    documents: int
    frequencies: Mapping[str, int]

    def rarity(self, terms: Iterable[str]) -> float:
        """Return the summed inverse document frequency of the terms, as tantivy's BM25 has it."""
        return sum(rarity(self.frequencies[term], self.documents) for term in terms)


def rarity(frequency: int, documents: int) -> float:
    """Return the inverse document frequency of a term that this many of the documents hold."""
    return math.log1p((documents - frequency + 0.5) / (frequency + 0.5))


class TantivyIndex:
    """A finished lexical index of some rows, or of whole articles.

    padding: documents of no row that follow the rows.
    """

    def __init__(self, folder: Path, padding: int = 0) -> None:
        self._analyzer = word_analyzer()
        self._by_letter: dict[str, dict[str, int]] = {}
        self._frequency: dict[str, int] = {}
        sizes = [segment.max_doc for segment in read_segments(folder)]
        self._starts = [0, *accumulate(sizes)]
        self._rows = self._starts[-1] - padding
        if os.access(folder, os.W_OK):
            self._schema, self._searcher = _open(folder)
        else:
            # tantivy creates a lock file to open an index; on a read-only disk it does so beside links to the files.
            with tempfile.TemporaryDirectory() as place:
                for path in folder.resolve().glob("[!.]*"):
                    Path(place, path.name).symlink_to(path)
                self._schema, self._searcher = _open(Path(place))

    def __len__(self) -> int:
        return self._rows

    def search(self, question: str, count: int, among: Mask | None = None, counts: WordCounts | None = None) -> Hits:
        """Return the best rows; counts are those of all parts of an index that this one is a part of."""
        terms = self.terms(question)
        count = min(count, len(self))
        if not terms or count <= 0:
            return Hits(np.empty(0, np.int64), np.empty(0, np.float32))
        depth = count + MARGIN_ROWS
        while True:
            found = self._search(terms, depth, counts)
            kept = found if among is None else _only(found, among)
            # Rounding makes ties, and tantivy cannot restrict a search to rows: every row that ties with the last one
            # wanted has to be there.
            if len(found.rows) < depth or (len(kept.rows) > count and found.scores[-1] < kept.scores[count - 1]):
                return Hits(kept.rows[:count], kept.scores[:count])
            depth *= DEEPER

    def terms(self, text: str) -> list[str]:
        return list(dict.fromkeys(self._analyzer.analyze(searchable(text))))

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        return [self._frequency_of(term) for term in terms]

    def near(self, term: str, distance: int) -> Mapping[str, int]:
        return near_terms(term, distance, self._beginning_with(term[0]))

    def all_terms(self) -> Mapping[str, int]:
        """Return all terms, each with its frequency."""
        return dict(self._searcher.terms_with_prefix("text", ""))

    def _frequency_of(self, term: str) -> int:
        found = self._frequency.get(term)
        if found is None:
            if len(self._frequency) >= CACHED_TERMS:
                self._frequency.clear()
            found = self._frequency[term] = int(self._searcher.doc_freq("text", term))
        return found

    def _beginning_with(self, letter: str) -> Mapping[str, int]:
        """Return all terms that begin with this letter, in order, each with its frequency; quick when asked again."""
        found = self._by_letter.get(letter)
        if found is None:
            found = self._by_letter[letter] = dict(sorted(self._searcher.terms_with_prefix("text", letter)))
        return found

    def _search(self, terms: Sequence[str], count: int, counts: WordCounts | None) -> Hits:
        query = self._any_of(terms) if counts is None else self._any_of_boosted(terms, counts)
        found = self._searcher.search(query, count, count=False).hits
        rows = np.array([self._starts[place.segment_ord] + place.doc for _, place in found], np.int64)
        whole = self._counts(terms) if counts is None else counts
        scores = np.array([score for score, _ in found], np.float32) / whole.rarity(terms)
        return best_of(rows, keep_bits(scores), count)

    def _counts(self, terms: Sequence[str]) -> WordCounts:
        return WordCounts(self._starts[-1], dict(zip(terms, self.frequencies(terms), strict=True)))

    def _any_of(self, terms: Iterable[str]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, self._term(term)) for term in terms])

    def _any_of_boosted(self, terms: Sequence[str], counts: WordCounts) -> tantivy.Query:
        """Return the query for any of the terms, each weighed by its rarity in all parts instead of in this one."""
        here = self._counts(terms)
        boosts = {term: counts.rarity([term]) / here.rarity([term]) for term in terms if here.frequencies[term]}
        queries = (tantivy.Query.boost_query(self._term(term), boost) for term, boost in boosts.items())
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])

    def _term(self, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "text", term, "freq")


def near_terms(term: str, distance: int, others: Mapping[str, int]) -> dict[str, int]:
    """Return those of the other terms that are within this edit distance, each with its frequency."""
    near = extract(term, list(others), scorer=OSA.distance, score_cutoff=distance, limit=None)
    return {other: others[other] for other, _, _ in near if other != term}


def _only(hits: Hits, among: Mask) -> Hits:
    kept = among[hits.rows]
    return Hits(hits.rows[kept], hits.scores[kept])


def _open(folder: Path) -> tuple[tantivy.Schema, tantivy.Searcher]:
    try:
        index = tantivy.Index.open(str(folder))
        index.config_reader("manual", 0)
        return index.schema, index.searcher()
    except ValueError as error:  # The digests matched, so this is an I/O error, not corruption.
        raise unreadable(folder, error) from error
