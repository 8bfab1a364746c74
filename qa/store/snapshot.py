"""One generation of the index, checked and open for reading."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from qa.digests import FileDigest, hash_file
from qa.errors import IndexCorrupt, ModelMismatch, QAError, StorageFailed
from qa.protocols import Matrix
from qa.records import IndexInfo
from qa.store.dense.reader import FaissIndex
from qa.store.folder.cleanup import remove_unused
from qa.store.folder.locks import cleaner_lock, open_for_reading
from qa.store.folder.manifest import (
    REBUILD,
    Current,
    Manifest,
    block_path,
    check_manifest,
    generation_folder,
    manifest_path,
    require_current,
)
from qa.store.folder.mapping import map_file
from qa.store.lexical.reader import TantivyIndex
from qa.store.texts.reader import SqliteTextStore
from qa.store.tokens.blocks import open_block
from qa.store.tokens.reader import BlockTokenStore
from qa.store.tokens.rows import read_rows

TEXT = "text.sqlite"
DENSE = "dense.faiss"
LEXICAL = "lexical"
ARTICLES_LEXICAL = "articles_lexical"
ARTICLE_VECTORS = "article_vectors.f32"
FREQUENCY = "token_frequency.i32"
ROWS = "rows.bin"

CHECKERS = 2


class OpenSnapshot:
    """A generation that stays as it is until it is closed, whatever is built meanwhile.

    Every file but the blocks of token vectors was checked against its SHA-256 before it was parsed; the blocks are
    checked text by text as they are read, and whole by ``verify``.
    """

    def __init__(self, index_folder: Path, manifest: Manifest, held: BinaryIO) -> None:
        self.manifest = manifest
        self.index_folder = index_folder
        folder = generation_folder(index_folder, manifest.name)
        self.rows = read_rows(folder / ROWS)
        self.article_of: NDArray[np.int32] = np.ascontiguousarray(self.rows["article"])
        self.article_vectors: Matrix = _mapped_vectors(folder / ARTICLE_VECTORS, manifest)
        self.frequency = np.fromfile(folder / FREQUENCY, np.int32)
        self.text = SqliteTextStore(folder / TEXT, np.ascontiguousarray(self.rows["paragraph"]))
        self.dense = FaissIndex.open(folder / DENSE, count=manifest.paragraphs, dimension=manifest.dimension)
        self.lexical = TantivyIndex(folder / LEXICAL)
        self.articles_lexical = TantivyIndex(folder / ARTICLES_LEXICAL)
        blocks = [open_block(block_path(index_folder, block), manifest.token_dimension) for block in manifest.blocks]
        self.tokens = BlockTokenStore(
            blocks, self.rows, self.frequency, texts=manifest.texts, dimension=manifest.token_dimension
        )
        self._let_go = weakref.finalize(self, _let_go, self.text, held, index_folder, manifest.name)

    @property
    def info(self) -> IndexInfo:
        manifest = self.manifest
        return IndexInfo(manifest.name, manifest.model, manifest.articles, manifest.paragraphs)

    @property
    def folder(self) -> Path:
        """Where the files of this generation lie."""
        return generation_folder(self.index_folder, self.manifest.name)

    def verify(self) -> None:
        """Read every file again, blocks included; raises IndexCorrupt naming the first that is not as written."""
        check_files(_files(self.index_folder, self.manifest))
        check_files((block_path(self.index_folder, block), block) for block in self.manifest.blocks)

    def close(self) -> None:
        """Let go of the generation; happens by itself when nobody refers to it any more.

        One that is of no use to anybody else is removed then, unless a build is running, which does it itself.
        """
        self._let_go()


def _let_go(text: SqliteTextStore, held: BinaryIO, index_folder: Path, name: str) -> None:
    text.close()
    held.close()
    with suppress(QAError):
        if require_current(index_folder).name != name:
            with cleaner_lock(index_folder):
                remove_unused(index_folder)


def open_snapshot(index_folder: Path, fingerprint: str | None) -> OpenSnapshot:
    """Open the current generation for reading.

    fingerprint is that of the encoder that will ask, None to open without asking. Raises IndexMissing, IndexCorrupt,
    ModelMismatch and StorageFailed.
    """
    try:
        manifest, held = _hold_current(index_folder)
        try:
            return _open_held(index_folder, manifest, held, fingerprint)
        except BaseException:
            held.close()
            raise
    except OSError as error:
        raise StorageFailed(f"Cannot read the index in {index_folder}: {error}.") from error


def _open_held(index_folder: Path, manifest: Manifest, held: BinaryIO, fingerprint: str | None) -> OpenSnapshot:
    if fingerprint is not None and fingerprint != manifest.fingerprint:
        raise ModelMismatch(
            f"The index in {index_folder} was built by {manifest.model} ({manifest.fingerprint[:16]}), the model now is"
            f" {fingerprint[:16]}. Use that model or build again with: qa index --rebuild"
        )
    check_files(_files(index_folder, manifest))
    for block in manifest.blocks:
        _check_size(block_path(index_folder, block), block)
    return OpenSnapshot(index_folder, manifest, held)


def _hold_current(index_folder: Path) -> tuple[Manifest, BinaryIO]:
    """Return the manifest of the current generation and the open file that keeps it from being removed."""
    current = require_current(index_folder)
    while True:
        held = _hold(index_folder, current)
        newer = require_current(index_folder)
        if held is not None:
            break
        if newer == current:
            raise IndexCorrupt(f"{manifest_path(index_folder, current.name)} is missing. {REBUILD}")
        current = newer
    try:
        return check_manifest(held.read(), manifest_path(index_folder, current.name), current), held
    except BaseException:
        held.close()
        raise


def _hold(index_folder: Path, current: Current) -> BinaryIO | None:
    try:
        return open_for_reading(manifest_path(index_folder, current.name))
    except FileNotFoundError:
        return None


def _files(index_folder: Path, manifest: Manifest) -> list[tuple[Path, FileDigest]]:
    folder = generation_folder(index_folder, manifest.name)
    return [(folder / name, digest) for name, digest in manifest.files.items()]


def check_files(files: Iterable[tuple[Path, FileDigest]]) -> None:
    """Raise IndexCorrupt naming the first file that is not what its digest says."""
    with ThreadPoolExecutor(CHECKERS) as pool:
        for _ in pool.map(lambda file: _check_file(*file), files):
            pass


def _check_file(path: Path, expected: FileDigest) -> None:
    _check_size(path, expected)
    if hash_file(path) != expected:
        raise IndexCorrupt(f"{path} is not what it was when it was written. {REBUILD}")


def _check_size(path: Path, expected: FileDigest) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise IndexCorrupt(f"{path} is missing. {REBUILD}") from error
    if size != expected.size:
        raise IndexCorrupt(f"{path} has {size} bytes instead of {expected.size}. {REBUILD}")


def _mapped_vectors(path: Path, manifest: Manifest) -> Matrix:
    return map_file(path, np.float32).reshape(manifest.articles, manifest.dimension)
