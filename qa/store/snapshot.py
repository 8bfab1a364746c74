"""One generation of the index, checked and open for reading."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.core_pool import CorePool
from qa.errors import ModelMismatch, QAError, StorageFailed
from qa.protocols import Matrix
from qa.records import IndexInfo, SkippedFile
from qa.store.candidates import Indexes
from qa.store.dense.reader import FaissIndex
from qa.store.folder.cleanup import remove_replaced
from qa.store.folder.holding import HeldGeneration, hold, hold_current
from qa.store.folder.manifest import Manifest, Pointer, current_name
from qa.store.folder.mapping import map_file
from qa.store.folder.scan_record import read_scan_record
from qa.store.lexical.reader import TantivyIndex
from qa.store.rounds import QuestionRounds
from qa.store.texts.reader import SqliteTextStore
from qa.store.tokens.blocks import open_block
from qa.store.tokens.reader import BlockTokenStore
from qa.store.tokens.rows import read_rows


class OpenSnapshot(QuestionRounds):
    """A generation that stays as it is until it is closed, whatever is built meanwhile; implements Snapshot.

    Every file but the blocks of token vectors was checked against its SHA-256 before it was parsed; the blocks are
    checked text by text as they are read, and whole by ``verify``.
    """

    def __init__(self, held: HeldGeneration, cores: CorePool, collection: str | None) -> None:
        self.manifest = manifest = held.manifest
        self.folder = folder = held.folder
        self._held = held
        self._collection = collection
        self.rows = read_rows(folder.rows)
        self.article_of: NDArray[np.int32] = np.ascontiguousarray(self.rows["article"])
        self.article_vectors: Matrix = _mapped_vectors(folder.article_vectors, manifest)
        self.frequency = np.fromfile(folder.frequency, np.int32)
        self.text = SqliteTextStore(folder.text, np.ascontiguousarray(self.rows["paragraph"]), manifest.articles)
        self.dense = FaissIndex.open(folder.dense, count=manifest.paragraphs, dimension=manifest.dimension)
        self.lexical = TantivyIndex(folder.lexical)
        self.articles_lexical = TantivyIndex(folder.articles_lexical)
        blocks = [open_block(path, manifest.token_dimension) for path in held.blocks]
        self.tokens = BlockTokenStore(
            blocks, self.rows, self.frequency, texts=manifest.texts, dimension=manifest.token_dimension
        )
        super().__init__(
            Indexes(self.dense, self.lexical, self.articles_lexical, self.article_of, self.article_vectors),
            self.text,
            self.tokens,
            cores,
        )
        # A snapshot that nobody closes gives back its files and its lock all the same; it removes nothing.
        self._release = weakref.finalize(self, _release, self.text, held)

    @property
    def index_folder(self) -> Path:
        return self._held.index_folder

    @property
    def pointer(self) -> Pointer:
        return self._held.pointer

    @property
    def info(self) -> IndexInfo:
        manifest = self.manifest
        return IndexInfo(manifest.name, manifest.model, manifest.articles, manifest.paragraphs, self._collection)

    @property
    def skipped(self) -> Sequence[SkippedFile]:
        """The files of the folder that the newest scan did not read; it may be newer than this generation."""
        record = read_scan_record(self.index_folder)
        return () if record is None else record.skipped

    def verify(self) -> None:
        """Read every file again, blocks included; raises IndexCorrupt naming the first that is not as written."""
        self._held.check_all()

    def close(self) -> None:
        """Close the generation; one that was replaced is removed when this was its last reader.

        While a build is running, removal is left to the build.
        """
        self._release()
        with suppress(QAError):
            if current_name(self._held.index_folder) != self.manifest.name:
                remove_replaced(self._held.index_folder)


def _release(text: SqliteTextStore, held: HeldGeneration) -> None:
    text.close()
    held.close()


def open_snapshot(
    index_folder: Path, fingerprint: str | None, cores: CorePool | None = None, collection: str | None = None
) -> OpenSnapshot:
    """Open the current generation for reading; ``collection`` is the name that its ``info`` gives it.

    fingerprint is that of the encoder that will ask, None to open without asking. A search uses a free core of
    ``cores``, a pool of its own where it is None. Raises IndexMissing, IndexCorrupt, ModelMismatch and StorageFailed.
    """
    hold_newest = partial(hold_current, index_folder)
    return _open(index_folder, hold_newest, fingerprint, cores or CorePool(1), collection)


def open_generation(
    index_folder: Path, pointer: Pointer, fingerprint: str | None, collection: str | None = None
) -> OpenSnapshot:
    """Open the generation that the pointer names; raises IndexCorrupt, ModelMismatch and StorageFailed."""
    return _open(index_folder, partial(hold, index_folder, pointer), fingerprint, CorePool(1), collection)


def open_fallback(snapshot: OpenSnapshot) -> OpenSnapshot | None:
    """Open the generation that is kept as the fallback of this one, None where there is none.

    Raises IndexCorrupt and StorageFailed.
    """
    pointer = snapshot.manifest.fallback
    if pointer is None:
        return None
    return open_generation(snapshot.index_folder, pointer, None, snapshot.info.collection)


def _open(
    index_folder: Path,
    hold_generation: Callable[[], HeldGeneration],
    fingerprint: str | None,
    cores: CorePool,
    collection: str | None,
) -> OpenSnapshot:
    try:
        held = hold_generation()
        try:
            _check_model(held, fingerprint)
            held.check()
            return OpenSnapshot(held, cores, collection)
        except BaseException:
            held.close()
            raise
    except OSError as error:
        raise StorageFailed(f"Cannot read the index in {index_folder}: {error}.") from error


def _check_model(held: HeldGeneration, fingerprint: str | None) -> None:
    manifest = held.manifest
    if fingerprint is not None and fingerprint != manifest.fingerprint:
        raise ModelMismatch(
            f"The index in {held.index_folder} was built by {manifest.model} ({manifest.fingerprint[:16]}), the model "
            f"now is {fingerprint[:16]}. Use that model or build again with: qa index --rebuild"
        )


def _mapped_vectors(path: Path, manifest: Manifest) -> Matrix:
    return map_file(path, np.float32).reshape(manifest.articles, manifest.dimension)
