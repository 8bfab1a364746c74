"""The writing of a new generation: everything into a folder of its own, then one switch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.build.encoding import RowEncoder, find_origins
from qa.build.lexical_groups import mean_vectors, write_lexical
from qa.build.report import BuildReport, Excluded
from qa.build.row_plan import RowPlan, plan_rows
from qa.build.scan import Scan, parse_articles, scan_articles
from qa.digests import FileDigest
from qa.errors import ArticlesMissing
from qa.ingest.files import Skipped, SourceFile
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
from qa.store.lexical.writer import TantivyWriter
from qa.store.snapshot import OpenSnapshot
from qa.store.texts.fingerprints import (
    KnownArticle,
    ParagraphFingerprints,
    excluded,
    known_articles,
    paragraph_digests,
    paragraph_fingerprints,
)
from qa.store.texts.writer import DIGEST_SIZE, TextWriter
from qa.store.tokens.blocks import BLOCK_BYTES


@dataclass(frozen=True, slots=True)
class Changes:
    """How many articles are new, have another text, or are not there any more."""

    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class Vectors:
    """What the encoding of a generation came to."""

    files: dict[str, FileDigest]
    blocks: tuple[FileDigest, ...]
    texts: int
    encoded: int


class IndexWriter:
    """Writes the generation that follows ``previous``; call with the writer's lock held."""

    def __init__(
        self, folder: Path, index_folder: Path, encoder: Encoder, previous: OpenSnapshot | None, progress: Progress
    ) -> None:
        self._folder = folder
        self._index_folder = index_folder
        self._encoder = encoder
        self._previous = previous
        self._progress = progress
        self._rules = PARSER_VERSION
        self._text_before = None if previous is None else previous.folder.text
        self._before = {} if self._text_before is None else known_articles(self._text_before)
        self._target = unfinished_generation(index_folder)
        self._text = self._target.text

    def write(self, files: Sequence[SourceFile], skipped: Sequence[Skipped]) -> BuildReport:
        """Write the generation and make it the current one, unless nothing changed."""
        with storing(f"the index in {self._index_folder}"):
            self._prepare_folders()
            return self._write(files, skipped)

    def _prepare_folders(self) -> None:
        blocks_folder(self._index_folder).mkdir(exist_ok=True)
        remove(self._target.path)
        self._target.path.mkdir(parents=True)
        sync_folder(self._index_folder)

    def _write(self, files: Sequence[SourceFile], skipped: Sequence[Skipped]) -> BuildReport:
        writer = TextWriter(self._text, self._text_before)
        try:
            scan = self._read(files, skipped, writer)
            content = self._content_digest(scan)
            if self._previous is not None and self._is_current(self._previous.manifest, content):
                return self._report_unchanged(scan, self._previous)
            fingerprints, plan = self._parse(scan, writer)
        finally:
            writer.close()
        counts = np.bincount(fingerprints.article, minlength=len(scan.articles))
        vectors = self._encode(fingerprints, plan, counts)
        writers = (self._lexical_writer(LEXICAL), self._lexical_writer(ARTICLES_LEXICAL))
        lexical = write_lexical(self._text, plan, fingerprints, writers, self._rules, self._progress)
        written = {TEXT: sync_file(self._text), **vectors.files, **_inside(LEXICAL, lexical[0])}
        written |= _inside(ARTICLES_LEXICAL, lexical[1])
        changes = self._changes(scan)
        manifest = self._manifest(content, changes, len(scan.articles), len(plan.paragraph_of), written, vectors)
        report = self._report(manifest, scan, self._text, changes, vectors.encoded)
        self._switch(manifest)
        return report

    def _read(self, files: Sequence[SourceFile], skipped: Sequence[Skipped], writer: TextWriter) -> Scan:
        scan = scan_articles(files, self._reusable, writer, self._progress)
        if not scan.articles:
            first = scan.skipped[0]
            raise ArticlesMissing(
                f"None of the {len(files)} files in {self._folder} can be read; {first.source}: {first.reason}"
            )
        return Scan(scan.articles, (*skipped, *scan.skipped))

    def _parse(self, scan: Scan, writer: TextWriter) -> tuple[ParagraphFingerprints, RowPlan]:
        limit = self._encoder.max_tokens

        def fits(text: str) -> bool:
            return self._encoder.count_tokens(text) <= limit

        parse_articles(scan.articles, self._reusable, fits, writer, self._progress)
        writer.commit()
        fingerprints = paragraph_fingerprints(self._text)
        plan = plan_rows(fingerprints)
        writer.add_copies(plan.copies())
        writer.commit()
        return fingerprints, plan

    def _encode(self, fingerprints: ParagraphFingerprints, plan: RowPlan, counts: NDArray[np.int64]) -> Vectors:
        origins = find_origins(fingerprints.digests[plan.paragraph_of], self._digests_before())
        rows = RowEncoder(self._encoder, origins, self._previous, blocks_folder(self._index_folder), BLOCK_BYTES)
        rows.run(self._text, plan.paragraph_of, self._progress)
        blocks = rows.finish()
        rows.table["article"] = fingerprints.article[plan.paragraph_of]
        rows.table["paragraph"] = plan.paragraph_of
        means = mean_vectors(rows.dense.reader, plan.row_of, counts, self._encoder.dimension)
        files = {
            DENSE: rows.dense.write(self._target.dense),
            ROWS: write_file(self._target.rows, rows.table.view(np.uint8)),
            FREQUENCY: write_file(self._target.frequency, rows.frequency),
            ARTICLE_VECTORS: write_file(self._target.article_vectors, means),
        }
        return Vectors(files, blocks, origins.texts, len(origins.new))

    def _lexical_writer(self, name: str) -> TantivyWriter:
        before = None if self._previous is None else self._previous.folder.file(name)
        return TantivyWriter(self._target.file(name), before)

    def _switch(self, manifest: Manifest) -> None:
        encoded = manifest.encode()
        digest = write_file(self._target.manifest, encoded)
        sync_folder(self._target.path)
        rename(self._target.path, generation_folder(self._index_folder, manifest.name).path)
        replace_file(pointer_path(self._index_folder), Pointer(manifest.name, digest.sha256).encode())

    @property
    def _reusable(self) -> dict[str, KnownArticle]:
        """The articles before, if the same rules made paragraphs of them."""
        same = self._previous is not None and self._previous.manifest.rules == self._rules
        return self._before if same else {}

    def _digests_before(self) -> NDArray[np.void]:
        if self._previous is None:
            return np.empty(0, f"V{DIGEST_SIZE}")
        digests: NDArray[np.void] = paragraph_digests(self._previous.folder.text)[self._previous.rows["paragraph"]]
        return digests

    def _is_current(self, manifest: Manifest, content: str) -> bool:
        return (manifest.content, manifest.folder) == (content, str(self._folder))

    def _content_digest(self, scan: Scan) -> str:
        digest = hashlib.sha256(f"{FORMAT}\0{self._encoder.fingerprint}\0{self._rules}".encode())
        for article in scan.articles:
            parts = (article.file.id, article.file.source, article.reader, article.sha256)
            digest.update("".join(f"\0{part}" for part in parts).encode())
        return digest.hexdigest()

    def _changes(self, scan: Scan) -> Changes:
        now = {article.file.id: article.sha256 for article in scan.articles}
        both = now.keys() & self._before.keys()
        changed = sum(now[article_id] != self._before[article_id].sha256 for article_id in both)
        return Changes(len(now) - len(both), changed, len(self._before) - len(both))

    def _manifest(
        self,
        content: str,
        changes: Changes,
        articles: int,
        paragraphs: int,
        files: dict[str, FileDigest],
        vectors: Vectors,
    ) -> Manifest:
        # A generation that holds text which this one does not hold any more must not stay.
        stays = self._previous if changes.changed == changes.removed == 0 else None
        return Manifest(
            format=FORMAT,
            name=next_name(self._index_folder, content),
            fallback=None if stays is None else stays.pointer,
            folder=str(self._folder),
            model=self._encoder.name,
            fingerprint=self._encoder.fingerprint,
            rules=self._rules,
            content=content,
            dimension=self._encoder.dimension,
            token_dimension=self._encoder.token_dimension,
            articles=articles,
            paragraphs=paragraphs,
            texts=vectors.texts,
            files=files,
            blocks=vectors.blocks,
        )

    def _report_unchanged(self, scan: Scan, previous: OpenSnapshot) -> BuildReport:
        return self._report(previous.manifest, scan, previous.folder.text, Changes(0, 0, 0), 0, written=False)

    def _report(
        self, manifest: Manifest, scan: Scan, text: Path, changes: Changes, encoded: int, *, written: bool = True
    ) -> BuildReport:
        return BuildReport(
            generation=manifest.name,
            written=written,
            articles=manifest.articles,
            paragraphs=manifest.paragraphs,
            encoded=encoded,
            reused=manifest.texts - encoded,
            added=changes.added,
            changed=changes.changed,
            removed=changes.removed,
            skipped=scan.skipped,
            notes=scan.notes,
            excluded=tuple(Excluded(reason, *totals) for reason, totals in excluded(text).items()),
            seconds=0.0,
        )


def _inside(folder: str, files: dict[str, FileDigest]) -> dict[str, FileDigest]:
    return {f"{folder}/{name}": digest for name, digest in files.items()}
