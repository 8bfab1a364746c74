"""Where everything lies in the folder of an index; no other module joins these names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qa.digests import FileDigest

MANIFEST = "manifest.json"
TEXT = "text.sqlite"
DENSE = "dense.faiss"
LEXICAL = "lexical"
ARTICLES_LEXICAL = "articles_lexical"
ARTICLE_VECTORS = "article_vectors.f32"
FREQUENCY = "token_frequency.i32"
ROWS = "rows.bin"

GENERATIONS = "generations"
BLOCKS = "blocks"
UNFINISHED = ".new"


@dataclass(frozen=True, slots=True)
class GenerationFolder:
    """The folder of one generation; the names in its manifest are relative to ``path``."""

    path: Path

    @property
    def manifest(self) -> Path:
        return self.path / MANIFEST

    @property
    def text(self) -> Path:
        return self.path / TEXT

    @property
    def dense(self) -> Path:
        return self.path / DENSE

    @property
    def lexical(self) -> Path:
        return self.path / LEXICAL

    @property
    def articles_lexical(self) -> Path:
        return self.path / ARTICLES_LEXICAL

    @property
    def article_vectors(self) -> Path:
        return self.path / ARTICLE_VECTORS

    @property
    def frequency(self) -> Path:
        return self.path / FREQUENCY

    @property
    def rows(self) -> Path:
        return self.path / ROWS

    def file(self, name: str) -> Path:
        """Return the path of a file that a manifest names."""
        return self.path / name


def pointer_path(index_folder: Path) -> Path:
    """Return the path of the pointer to the current generation."""
    return index_folder / "current"


def scan_record_path(index_folder: Path) -> Path:
    """Return the path of the record of the newest scan of the folder of articles."""
    return index_folder / "scan.json"


def lock_path(index_folder: Path) -> Path:
    """Return the path of the writer's lock."""
    return index_folder / "lock"


def cleaning_lock_path(index_folder: Path) -> Path:
    """Return the path of the lock of a reader that removes generations."""
    return index_folder / "cleaning.lock"


def encoder_folder(index_folder: Path) -> Path:
    """Return the folder of the exported encoder."""
    return index_folder / "encoder"


def generations_folder(index_folder: Path) -> Path:
    """Return the folder with one folder per generation."""
    return index_folder / GENERATIONS


def generation_folder(index_folder: Path, name: str) -> GenerationFolder:
    """Return the folder of a generation."""
    return GenerationFolder(generations_folder(index_folder) / name)


def unfinished_generation(index_folder: Path) -> GenerationFolder:
    """Return the folder that a generation is written into before it gets its name."""
    return generation_folder(index_folder, UNFINISHED)


def blocks_folder(index_folder: Path) -> Path:
    """Return the folder of the blocks of token vectors."""
    return index_folder / BLOCKS


def block_path(index_folder: Path, block: FileDigest) -> Path:
    """Return the path of a block of token vectors, which is named by its digest."""
    return named_block(blocks_folder(index_folder), block)


def named_block(folder: Path, block: FileDigest) -> Path:
    """Return the path of a block in the folder of blocks."""
    return folder / f"{block.sha256}.tokens"


def unfinished_block(folder: Path) -> Path:
    """Return the path that a block is written to before it gets its name."""
    return folder / UNFINISHED


def is_block(path: Path) -> bool:
    """Return whether this path of some index is that of a block of token vectors."""
    return path.parent.name == BLOCKS
