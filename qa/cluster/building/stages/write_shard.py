"""Last stage: a shard is put together from the texts and vectors of its parts and of the originals of its copies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.build.lexical_groups import mean_vectors, write_lexical
from qa.build.row_plan import RowPlan
from qa.cluster.building.agreement import Agreement
from qa.cluster.building.shared_store import SharedStore
from qa.cluster.building.stages.encode import PartVectors
from qa.cluster.building.stages.parse import parsed_name
from qa.cluster.foreign import ForeignCopy, add_foreign_copies
from qa.cluster.manifest import ShardEntry, ShardLengths
from qa.cluster.parts import UnfinishedShard, finish_shard
from qa.cluster.shard_files import CountingWriter, write_row_tables
from qa.digests import FileDigest
from qa.progress import silent
from qa.protocols import Matrix, Rows
from qa.store.dense.writer import FaissWriter
from qa.store.folder.layout import (
    BLOCKS,
    blocks_folder,
    generation_folder,
    generations_folder,
    unfinished_generation,
)
from qa.store.folder.manifest import Manifest
from qa.store.folder.storage import write_file
from qa.store.lexical.reader import TantivyIndex
from qa.store.lexical.writer import TantivyWriter
from qa.store.texts.fingerprints import article_heads, paragraph_fingerprints
from qa.store.texts.writer import KeptArticle, SqliteTextWriter
from qa.store.tokens.blocks import TextTokens


@dataclass(frozen=True, slots=True)
class PartOfShard:
    """The articles and rows of a part, by its two keys, that belong to a shard: from the first to before the end."""

    parsed: str
    vectors: str
    articles: tuple[int, int]
    rows: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ShardToWrite:
    """A shard: its parts, its rows as ``plan`` numbers them, and what it needs of other parts.

    plan.row_of names the rows of the shard first, then those of ``originals``, which are rows of other parts by the key
    of their vectors. foreign: copies of its rows in later parts, by the key of their texts. paragraph_counts
    (articles,). peak is the largest number in the vectors of all shards. manifest lacks the numbers and files of the
    shard.
    """

    parts: tuple[PartOfShard, ...]
    plan: RowPlan
    paragraph_counts: NDArray[np.int64]
    originals: tuple[tuple[str, Rows], ...]
    foreign: tuple[tuple[str, tuple[ForeignCopy, ...]], ...]
    first_id: str
    last_id: str
    peak: float
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class WrittenShard:
    """A shard that lies in the store, and the terms of its rows and articles with their frequencies."""

    entry: ShardEntry
    row_terms: dict[str, int]
    article_terms: dict[str, int]


@dataclass(frozen=True, slots=True)
class WriteShard:
    """The stage: the parts of a shard to the shard; with ``mend`` a damaged one of the same name is replaced."""

    store: SharedStore
    agreement: Agreement
    mend: bool = False

    def __call__(self, shard: ShardToWrite) -> WrittenShard:
        """Write the shard under the name of its content, its blocks before it."""
        self.agreement.check()
        with self.store.workplace() as place:
            written = _ShardWriter(self.store, shard, place).write()
            for block in sorted(blocks_folder(place).iterdir()):
                self.store.publish(block, f"{BLOCKS}/{block.name}", mend=self.mend)
            folder = generation_folder(place, written.entry.name).path
            self.store.publish(folder, f"{folder.parent.name}/{folder.name}", mend=self.mend)
        return written


class _ShardWriter:
    def __init__(self, store: SharedStore, shard: ShardToWrite, place: Path) -> None:
        self._store = store
        self._shard = shard
        self._place = place
        self._target = unfinished_generation(place)

    def write(self) -> WrittenShard:
        """Write the shard into the workplace."""
        shard, target = self._shard, self._target
        for folder in (blocks_folder(self._place), generations_folder(self._place), target.path):
            folder.mkdir()
        self._write_texts()
        words, lengths = self._write_words()
        terms = TantivyIndex(target.lexical).all_terms(), TantivyIndex(target.articles_lexical).all_terms()
        self._add_foreign()
        blocks, texts = self._write_tokens()
        write_file(target.article_vectors, self._article_vectors())
        manifest = _with_counts(shard, blocks, texts)
        unfinished = UnfinishedShard(target, manifest, self._dense, words, lengths, shard.first_id, shard.last_id)
        return WrittenShard(finish_shard(self._place, unfinished, shard.peak), dict(terms[0]), dict(terms[1]))

    def _write_texts(self) -> None:
        with closing(SqliteTextWriter(self._target.text, None)) as writer:
            number = 0
            for part in self._shard.parts:
                path = self._store.fetch(parsed_name(part.parsed), self._place)
                writer.take_from(path)
                for head in article_heads(path)[slice(*part.articles)]:
                    writer.copy_article(number, KeptArticle(head.number, head.first, head.paragraphs))
                    number += 1
            writer.add_copies(self._own_copies())
            writer.commit()

    def _own_copies(self) -> Iterator[tuple[int, int]]:
        """Yield (paragraph, copy of it) where both are in the shard."""
        plan = self._shard.plan
        own = plan.row_of < len(plan.paragraph_of)
        copies = np.flatnonzero(own)
        originals = plan.paragraph_of[plan.row_of[own]]
        different = originals != copies
        return zip(originals[different].tolist(), copies[different].tolist(), strict=True)

    def _write_words(self) -> tuple[tuple[dict[str, FileDigest], dict[str, FileDigest]], ShardLengths]:
        target = self._target
        rows, articles = (
            CountingWriter(TantivyWriter(target.lexical)),
            CountingWriter(TantivyWriter(target.articles_lexical)),
        )
        prints = paragraph_fingerprints(target.text)
        rules = self._shard.manifest.rules
        words = write_lexical(target.text, self._shard.plan, prints, (rows, articles), rules, silent)
        return words, ShardLengths(rows.lengths, articles.lengths)

    def _add_foreign(self) -> None:
        for key, copies in self._shard.foreign:
            add_foreign_copies(self._target.text, self._store.fetch(parsed_name(key), self._place), copies)

    def _write_tokens(self) -> tuple[tuple[FileDigest, ...], int]:
        paragraph_of = self._shard.plan.paragraph_of
        counts = self._shard.paragraph_counts
        article_of = np.repeat(np.arange(len(counts)), counts)[paragraph_of]
        dimension = self._shard.manifest.token_dimension
        return write_row_tables(
            self._target, blocks_folder(self._place), dimension, article_of, paragraph_of, self._tokens(dimension)
        )

    def _tokens(self, dimension: int) -> Iterator[TextTokens]:
        for part, vectors in zip(self._shard.parts, self._vectors, strict=True):
            yield from list(vectors.tokens(dimension))[slice(*part.rows)]

    @cached_property
    def _vectors(self) -> list[PartVectors]:
        return [PartVectors(self._store, part.vectors, self._place) for part in self._shard.parts]

    @cached_property
    def _dense(self) -> FaissWriter:
        writer = FaissWriter(self._shard.manifest.dimension)
        for part, vectors in zip(self._shard.parts, self._vectors, strict=True):
            writer.add(vectors.sentences(np.arange(*part.rows)))
        return writer

    def _article_vectors(self) -> Matrix:
        shard = self._shard
        count, dimension = len(shard.plan.paragraph_of), shard.manifest.dimension
        others = [PartVectors(self._store, key, self._place).sentences(rows) for key, rows in shard.originals]
        foreign: Matrix = np.concatenate([np.empty((0, dimension), np.float32), *others])

        def vectors_of(rows: Rows) -> Matrix:
            found: Matrix = np.empty((len(rows), dimension), np.float32)
            own = rows < count
            found[own], found[~own] = self._dense.vectors(rows[own]), foreign[rows[~own] - count]
            return found

        return mean_vectors(vectors_of, shard.plan.row_of, shard.paragraph_counts, dimension)


def _with_counts(shard: ShardToWrite, blocks: tuple[FileDigest, ...], texts: int) -> Manifest:
    return replace(
        shard.manifest,
        articles=len(shard.paragraph_counts),
        paragraphs=len(shard.plan.paragraph_of),
        texts=texts,
        blocks=blocks,
    )
