"""Cuts a generation of one machine into the shards of a cluster generation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from qa.build.lexical_groups import write_lexical
from qa.build.row_plan import RowPlan
from qa.cluster.foreign import ForeignCopy, add_foreign_copies
from qa.cluster.manifest import ClusterManifest, ShardLengths
from qa.cluster.parts import Together, UnfinishedShard, Whole, finish_cluster, finish_shard
from qa.cluster.shard_files import CountingWriter, write_row_tables
from qa.digests import FileDigest
from qa.progress import silent
from qa.protocols import Matrix
from qa.store.dense.writer import FaissWriter
from qa.store.folder.layout import GenerationFolder, blocks_folder, generation_folder
from qa.store.folder.storage import remove, sync_folder, write_file
from qa.store.lexical.padding import Lengths
from qa.store.lexical.writer import TantivyWriter
from qa.store.snapshot import OpenSnapshot
from qa.store.texts.fingerprints import all_copies, article_heads, paragraph_fingerprints
from qa.store.texts.writer import KeptArticle, SqliteTextWriter

CHUNK_ROWS = 4096


def cut_generation(snapshot: OpenSnapshot, index_folder: Path, cuts: Sequence[int]) -> ClusterManifest:
    """Write a generation as a cluster generation into another folder; ``cuts`` are the first articles of new shards."""
    blocks_folder(index_folder).mkdir(parents=True, exist_ok=True)
    ends = [*cuts, snapshot.manifest.articles]
    ranges = list(zip([0, *cuts], ends, strict=True))
    shards = [_Cutter(snapshot, index_folder, start, end).write() for start, end in ranges]
    whole = Whole(
        peak=max((shard.dense.peak for shard in shards), default=0.0),
        lengths=ShardLengths(
            _sum(shard.lengths.rows for shard in shards), _sum(shard.lengths.articles for shard in shards)
        ),
    )
    together = Together(
        snapshot.lexical.all_terms(), snapshot.articles_lexical.all_terms(), snapshot.frequency, snapshot.skipped
    )
    entries = [finish_shard(index_folder, shard, whole.peak) for shard in shards]
    sync_folder(index_folder)
    return finish_cluster(index_folder, entries, whole, together, snapshot.manifest, snapshot.manifest.name)


def _sum(lengths: Iterable[Lengths]) -> Lengths:
    both = [(one.words, one.documents) for one in lengths]
    return Lengths(sum(words for words, _ in both), sum(documents for _, documents in both))


class _Cutter:
    """Writes the shard of the articles from ``start`` to ``end``."""

    def __init__(self, snapshot: OpenSnapshot, index_folder: Path, start: int, end: int) -> None:
        self._source = snapshot
        self._index_folder = index_folder
        self._target: GenerationFolder = generation_folder(index_folder, f".new-{start:06d}")
        self._heads = article_heads(snapshot.folder.text)
        self._articles = slice(start, end)
        self._first_paragraph = self._heads[start].first
        last = self._heads[end - 1]
        self._end_paragraph = last.first + last.paragraphs
        first, stop = np.searchsorted(snapshot.article_of, [start, end]).tolist()
        self._rows = slice(first, stop)
        self._count: int = stop - first

    def write(self) -> UnfinishedShard:
        """Write all files but the dense index."""
        remove(self._target.path)
        self._target.path.mkdir(parents=True)
        self._write_texts()
        words, lengths = self._write_words()
        self._add_foreign()
        blocks, texts = self._write_tokens()
        source = self._source
        write_file(self._target.article_vectors, source.article_vectors[self._articles].tobytes())
        names = [one.id for one in source.text.articles()[self._articles]]
        manifest = replace(
            source.manifest, fallback=None, articles=len(names), paragraphs=self._count, texts=texts, blocks=blocks
        )
        return UnfinishedShard(self._target, manifest, self._vectors(), words, lengths, names[0], names[-1])

    def _write_texts(self) -> None:
        with closing(SqliteTextWriter(self._target.text, self._source.folder.text)) as writer:
            for number, head in enumerate(self._heads[self._articles]):
                writer.copy_article(number, KeptArticle(head.number, head.first, head.paragraphs))
            writer.add_copies(
                (original - self._first_paragraph, copy - self._first_paragraph)
                for original, copy, _ in self._copies()
                if copy < self._end_paragraph
            )
            writer.commit()

    def _copies(self) -> Iterator[tuple[int, int, int]]:
        """Yield the paragraph of each row of the shard that has a copy, the copy's, and the number of its article."""
        for original, copy, article in all_copies(self._source.folder.text):
            if self._first_paragraph <= original < self._end_paragraph:
                yield original, copy, article

    def _add_foreign(self) -> None:
        foreign = [
            ForeignCopy(original - self._first_paragraph, article, copy)
            for original, copy, article in self._copies()
            if copy >= self._end_paragraph
        ]
        add_foreign_copies(self._target.text, self._source.folder.text, sorted(foreign, key=lambda one: one.paragraph))

    def _write_words(self) -> tuple[tuple[dict[str, FileDigest], dict[str, FileDigest]], ShardLengths]:
        fingerprints = paragraph_fingerprints(self._target.text)
        paragraph_of = self._source.rows["paragraph"][self._rows].astype(np.int64) - self._first_paragraph
        plan = RowPlan(paragraph_of, np.zeros(len(fingerprints.keys), np.int64))
        rows = CountingWriter(TantivyWriter(self._target.lexical))
        articles = CountingWriter(TantivyWriter(self._target.articles_lexical))
        rules = self._source.manifest.rules
        words = write_lexical(self._target.text, plan, fingerprints, (rows, articles), rules, silent)
        return words, ShardLengths(rows.lengths, articles.lengths)

    def _write_tokens(self) -> tuple[tuple[FileDigest, ...], int]:
        """Write the blocks, the table of rows and the frequency of tokens; return blocks and number of texts."""
        source, table = self._source, self._source.rows[self._rows]
        return write_row_tables(
            self._target,
            blocks_folder(self._index_folder),
            source.manifest.token_dimension,
            table["article"] - self._articles.start,
            table["paragraph"] - self._first_paragraph,
            (source.tokens.text(row) for row in range(self._rows.start, self._rows.stop)),
        )

    def _vectors(self) -> FaissWriter:
        writer = FaissWriter(self._source.manifest.dimension)
        for start in range(self._rows.start, self._rows.stop, CHUNK_ROWS):
            vectors: Matrix = self._source.dense.vectors(np.arange(start, min(start + CHUNK_ROWS, self._rows.stop)))
            writer.add(vectors)
        return writer
