"""Second stage: the articles of a part become a text store, once the lines that repeat in all articles are known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.build.scan import parse_scanned
from qa.cluster.building.agreement import Agreement
from qa.cluster.building.shared_store import PARTS, SharedStore
from qa.cluster.building.stages.scan import ScannedPart, read_scan
from qa.ingest.versions import PARSER_VERSION
from qa.protocols import Encoder
from qa.store.lexical.reader import word_analyzer
from qa.store.lexical.searchable import searchable
from qa.store.texts.fingerprints import (
    ParagraphFingerprints,
    article_heads,
    excluded_totals,
    paragraph_fingerprints,
    paragraph_texts,
)
from qa.store.texts.writer import SqliteTextWriter


@dataclass(frozen=True, slots=True)
class PartToParse:
    """A scanned part, and the keys of those of its lines that repeat in all articles."""

    scanned: ScannedPart
    repeated: frozenset[int]


@dataclass(frozen=True, slots=True)
class ParsedPart:
    """The paragraphs of a part, whose text store is kept under ``key``.

    words (paragraphs,) and article_words count those that a lexical index sees in paragraphs and whole articles.
    excluded: spans of boilerplate and code points in them, by reason.
    """

    key: str
    fingerprints: ParagraphFingerprints
    words: NDArray[np.int64]
    article_words: int
    excluded: dict[str, tuple[int, int]]


@dataclass(frozen=True)
class ParsePart:
    """The stage: a scanned part to a parsed one."""

    store: SharedStore
    agreement: Agreement
    load_encoder: Callable[[], Encoder]

    @cached_property
    def _encoder(self) -> Encoder:
        return self.agreement.load(self.load_encoder)

    def __call__(self, part: PartToParse) -> ParsedPart:
        """Parse the articles, unless an earlier run has done so."""
        key = _key(part, self._encoder.fingerprint)
        with self.store.workplace() as place:
            if not self.store.has(parsed_name(key)):
                self._write(part, place / "text")
                self.store.publish(place / "text", parsed_name(key))
            path = self.store.fetch(parsed_name(key), place)
            return ParsedPart(key, paragraph_fingerprints(path), *_count_words(path), excluded_totals(path))

    def _write(self, part: PartToParse, path: Path) -> None:
        texts = read_scan(self.store, part.scanned.key).articles
        writer = SqliteTextWriter(path, None)
        for number, (article, stored) in enumerate(zip(part.scanned.scan.articles, texts, strict=True)):
            writer.add_text(number, stored.text)
            writer.add_article(number, *parse_scanned(article, stored.text, part.repeated, self._fits))
        writer.commit()
        writer.close()

    def _fits(self, text: str) -> bool:
        return self._encoder.count_tokens(text) <= self._encoder.max_tokens


def parsed_name(key: str) -> str:
    """Return the name of the file with the text store of a part."""
    return f"{PARTS}/parsed/{key}.sqlite"


def repeated_in(part: ScannedPart, repeated: NDArray[np.int64]) -> PartToParse:
    """Return the part with those of the repeated lines, sorted, that it holds."""
    own = [np.intersect1d(article.lines, repeated, assume_unique=True) for article in part.scan.articles]
    return PartToParse(part, frozenset(np.concatenate([np.empty(0, np.int64), *own]).tolist()))


def _count_words(path: Path) -> tuple[NDArray[np.int64], int]:
    analyzer = word_analyzer()
    heads = article_heads(path)
    texts = paragraph_texts(path, 0, sum(head.paragraphs for head in heads))
    words = np.array([len(analyzer.analyze(searchable(text))) for text in texts], np.int64)
    titles = sum(len(analyzer.analyze(searchable(head.title))) for head in heads)
    return words, titles + int(words.sum())


def _key(part: PartToParse, fingerprint: str) -> str:
    decisive = f"{part.scanned.key}\0{fingerprint}\0{PARSER_VERSION}\0{sorted(part.repeated)}"
    return hashlib.sha256(decisive.encode()).hexdigest()
