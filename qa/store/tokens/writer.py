"""New blocks of token vectors, filled in the order in which texts come."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qa.digests import FileDigest
from qa.store.folder.layout import named_block, unfinished_block
from qa.store.folder.storage import Output, rename
from qa.store.tokens.blocks import TextTokens, content_of, token_type

BLOCK_BYTES = 32 << 20


class BlockWriter:
    """Fills new blocks in the order in which texts come."""

    def __init__(self, folder: Path, dimension: int, block_bytes: int = BLOCK_BYTES) -> None:
        self._folder = folder
        self._limit = max(1, block_bytes // token_type(dimension).itemsize)
        self._texts: list[TextTokens] = []
        self._tokens = 0
        self.blocks: list[FileDigest] = []

    def add(self, text: TextTokens) -> tuple[int, int]:
        """Add a text; return the number of its block among the new ones and where in it the text starts."""
        if len(text) == 0:
            return 0, 0
        if self._tokens and self._tokens + len(text) > self._limit:
            self._write()
        place = len(self.blocks), self._tokens
        self._texts.append(text)
        self._tokens += len(text)
        return place

    def finish(self) -> Sequence[FileDigest]:
        """Write the last block and return all new ones."""
        if self._tokens:
            self._write()
        return self.blocks

    def _write(self) -> None:
        temporary = unfinished_block(self._folder)
        with Output(temporary) as output:
            for text in self._texts:
                output.write(content_of(text))
        rename(temporary, named_block(self._folder, output.digest))
        self.blocks.append(output.digest)
        self._texts, self._tokens = [], 0
