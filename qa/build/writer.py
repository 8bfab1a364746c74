"""The writing of a new generation: everything into a folder of its own, then one switch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.build.changes import Changes, content_digest, count_changes, report_build
from qa.build.encoding import RowEncoder, find_origins
from qa.build.lexical_groups import mean_vectors, write_lexical
from qa.build.report import BuildReport
from qa.build.row_plan import RowPlan, plan_rows
from qa.build.scan import Scan, parse_articles
from qa.build.sources import ArticleSource, TextsBefore
from qa.build.structures import LexicalWriter, Structures, TextStoreWriter
from qa.digests import FileDigest
from qa.ingest.versions import PARSER_VERSION
from qa.progress import Progress
from qa.protocols import Encoder
from qa.store.folder.layout import (
    ARTICLE_VECTORS,
    ARTICLES_LEXICAL,
    DENSE,
    FREQUENCY,
    LEXICAL,
    ROWS,
    TEXT,
    blocks_folder,
    generation_folder,
    pointer_path,
    unfinished_generation,
)
from qa.store.folder.manifest import FORMAT, Manifest, Pointer, next_name
from qa.store.folder.storage import (
    remove,
    rename,
    replace_file,
    storing,
    sync_file,
    sync_folder,
    write_file,
)
from qa.store.snapshot import OpenSnapshot
from qa.store.texts.fingerprints import (
    ParagraphFingerprints,
    excluded_totals,
    paragraph_digests,
    paragraph_fingerprints,
)
from qa.store.texts.writer import DIGEST_SIZE
from qa.store.tokens.writer import BLOCK_BYTES


@dataclass(frozen=True, slots=True)
class Vectors:
    """The files and blocks of all vectors, with the number of distinct texts and of those that were encoded."""

    files: dict[str, FileDigest]
    blocks: tuple[FileDigest, ...]
    texts: int
    encoded: int


class IndexWriter:
    """Writes one generation; call it with the writer's lock held.

    Articles, vectors and words are taken over from ``previous`` where they did not change. ``before`` is its text
    store, or the only part that is whole of a generation that cannot be opened.
    """

    def __init__(
        self,
        index_folder: Path,
        encoder: Encoder,
        structures: Structures,
        progress: Progress,
        *,
        before: TextsBefore | None = None,
        previous: OpenSnapshot | None = None,
    ) -> None:
        self._index_folder = index_folder
        self._encoder = encoder
        self._structures = structures
        self._progress = progress
        self._rules = PARSER_VERSION
        self._previous = previous
        self._text_before = None if before is None else before.path
        self._articles_before = {} if before is None else before.articles
        self._reusable = {} if before is None else before.parsed_by(self._rules)
        self._target = unfinished_generation(index_folder)

    def write(self, source: ArticleSource) -> BuildReport:
        """Write a generation of these articles and make it the current one, unless nothing changed."""
        with storing(f"the index in {self._index_folder}"):
            self._prepare_folders()
            return self._write(source)

    def _prepare_folders(self) -> None:
        blocks_folder(self._index_folder).mkdir(exist_ok=True)
        remove(self._target.path)
        self._target.path.mkdir(parents=True)
        sync_folder(self._index_folder)

    def _write(self, source: ArticleSource) -> BuildReport:
        writer = self._structures.text(self._target.text, self._text_before)
        try:
            scan = source.scan(self._reusable, writer, self._progress)
            content = content_digest(scan, self._encoder.fingerprint, self._rules)
            if self._previous is not None and _is_of(self._previous.manifest, content, source.folder):
                excluded = excluded_totals(self._previous.folder.text)
                return report_build(self._previous.manifest, scan, excluded, Changes(), 0, written=False)
            fingerprints, plan = self._parse(scan, writer)
        finally:
            writer.close()
        counts = np.bincount(fingerprints.article, minlength=len(scan.articles))
        vectors = self._encode(fingerprints, plan, counts)
        lexical = self._index_words(fingerprints, plan)
        changes = count_changes(scan, {one.id: one.sha256 for one in self._articles_before.values()})
        manifest = Manifest(
            format=FORMAT,
            name=next_name(self._index_folder, content),
            fallback=self._fallback(changes),
            folder=str(source.folder),
            model=self._encoder.name,
            fingerprint=self._encoder.fingerprint,
            rules=self._rules,
            content=content,
            dimension=self._encoder.dimension,
            token_dimension=self._encoder.token_dimension,
            articles=len(scan.articles),
            paragraphs=len(plan.paragraph_of),
            texts=vectors.texts,
            files={TEXT: sync_file(self._target.text), **vectors.files, **lexical},
            blocks=vectors.blocks,
        )
        report = report_build(manifest, scan, excluded_totals(self._target.text), changes, vectors.encoded)
        self._switch(manifest)
        return report

    def _parse(self, scan: Scan, writer: TextStoreWriter) -> tuple[ParagraphFingerprints, RowPlan]:
        limit = self._encoder.max_tokens

        def fits(text: str) -> bool:
            return self._encoder.count_tokens(text) <= limit

        parse_articles(scan.articles, self._reusable, fits, writer, self._progress)
        writer.commit()
        fingerprints = paragraph_fingerprints(self._target.text)
        plan = plan_rows(fingerprints)
        writer.add_copies(plan.copies())
        writer.commit()
        return fingerprints, plan

    def _encode(self, fingerprints: ParagraphFingerprints, plan: RowPlan, counts: NDArray[np.int64]) -> Vectors:
        origins = find_origins(fingerprints.digests[plan.paragraph_of], self._digests_before())
        dense = self._structures.vectors(self._encoder.dimension)
        tokens = self._structures.tokens(blocks_folder(self._index_folder), self._encoder.token_dimension, BLOCK_BYTES)
        rows = RowEncoder(self._encoder, origins, self._previous, dense, tokens, BLOCK_BYTES)
        rows.run(self._target.text, plan.paragraph_of, self._progress)
        blocks = rows.finish()
        rows.table["article"] = fingerprints.article[plan.paragraph_of]
        rows.table["paragraph"] = plan.paragraph_of
        means = mean_vectors(dense.vectors, plan.row_of, counts, self._encoder.dimension)
        files = {
            DENSE: dense.write(self._target.dense),
            ROWS: write_file(self._target.rows, rows.table.view(np.uint8)),
            FREQUENCY: write_file(self._target.frequency, rows.frequency),
            ARTICLE_VECTORS: write_file(self._target.article_vectors, means),
        }
        return Vectors(files, blocks, origins.texts, len(origins.new))

    def _index_words(self, fingerprints: ParagraphFingerprints, plan: RowPlan) -> dict[str, FileDigest]:
        writers = (self._lexical_writer(LEXICAL), self._lexical_writer(ARTICLES_LEXICAL))
        rows, articles = write_lexical(self._target.text, plan, fingerprints, writers, self._rules, self._progress)
        return _inside(LEXICAL, rows) | _inside(ARTICLES_LEXICAL, articles)

    def _lexical_writer(self, name: str) -> LexicalWriter:
        before = None if self._previous is None else self._previous.folder.file(name)
        return self._structures.lexical(self._target.file(name), before)

    def _digests_before(self) -> NDArray[np.void]:
        if self._previous is None:
            return np.empty(0, f"V{DIGEST_SIZE}")
        digests: NDArray[np.void] = paragraph_digests(self._previous.folder.text)[self._previous.rows["paragraph"]]
        return digests

    def _fallback(self, changes: Changes) -> Pointer | None:
        """Return the generation before, unless it holds text that this one does not hold any more."""
        if self._previous is None or changes.changed or changes.removed:
            return None
        return self._previous.pointer

    def _switch(self, manifest: Manifest) -> None:
        digest = write_file(self._target.manifest, manifest.encode())
        sync_folder(self._target.path)
        rename(self._target.path, generation_folder(self._index_folder, manifest.name).path)
        replace_file(pointer_path(self._index_folder), Pointer(manifest.name, digest.sha256).encode())


def _is_of(manifest: Manifest, content: str, folder: Path) -> bool:
    return (manifest.content, manifest.folder) == (content, str(folder))


def _inside(folder: str, files: dict[str, FileDigest]) -> dict[str, FileDigest]:
    return {f"{folder}/{name}": digest for name, digest in files.items()}
