"""The writers that a build fills, one per structure of the index, as the build sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qa.digests import FileDigest
from qa.protocols import Matrix, Rows
from qa.records import Article
from qa.store.texts.writer import Fingerprints, KeptArticle
from qa.store.tokens.blocks import TextTokens


class TextStoreWriter(Protocol):
    """Articles in order of their number, each new or copied from the text store before."""

    def add_text(self, number: int, text: str) -> None:
        """Keep the text of an article that is to be parsed."""
        ...

    def copy_text(self, number: int, kept: KeptArticle) -> None:
        """Keep the text of an article of the text store before, which is to be parsed again."""
        ...

    def text(self, number: int) -> str:
        """Return a text that was kept."""
        ...

    def add_article(self, number: int, article: Article, fingerprints: Fingerprints) -> None:
        """Add a parsed article whose text was kept."""
        ...

    def copy_article(self, number: int, kept: KeptArticle) -> None:
        """Copy an unchanged article, its text included."""
        ...

    def add_copies(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Record (paragraph, copy of it) by their numbers."""
        ...

    def commit(self) -> None:
        """Write what was added so far, so that it can be read from the file."""
        ...

    def close(self) -> None:
        """Close the file; what was not committed is lost."""
        ...


class LexicalWriter(Protocol):
    """Rows by their words, in groups that are taken over from the index before when their key is known."""

    def add_group(self, key: str, texts: Callable[[], Iterable[str]]) -> None:
        """Add the next rows; texts is called only when the index before lacks the key."""
        ...

    def finish(self) -> dict[str, FileDigest]:
        """Write the index to disk and return its files by name."""
        ...


class VectorWriter(Protocol):
    """Sentence vectors in order of row."""

    def add(self, vectors: Matrix) -> None:
        """Add the next rows, (n, d)."""
        ...

    def vectors(self, rows: Rows) -> Matrix:
        """Return vectors that were added, as they are stored."""
        ...

    def write(self, path: Path) -> FileDigest:
        """Write the index as a new file; nothing can be added afterwards."""
        ...


class TokenWriter(Protocol):
    """Token vectors of texts, in new blocks of bounded size."""

    def add(self, text: TextTokens) -> tuple[int, int]:
        """Add a text; return the number of its block among the new ones and where in it the text starts."""
        ...

    def finish(self) -> Sequence[FileDigest]:
        """Write the last block and return all new ones."""
        ...


@dataclass(frozen=True, slots=True)
class Structures:
    """Makes the writers of one generation.

    text and lexical take where to write and the same structure of the generation before. vectors takes the dimension,
    tokens the folder of the blocks, the dimension and the size of a block in bytes.
    """

    text: Callable[[Path, Path | None], TextStoreWriter]
    lexical: Callable[[Path, Path | None], LexicalWriter]
    vectors: Callable[[int], VectorWriter]
    tokens: Callable[[Path, int, int], TokenWriter]
