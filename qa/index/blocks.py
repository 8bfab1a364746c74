"""Token vectors in immutable files of bounded size, which generations share.

A block holds the tokens of many texts end to end: a scale for each (float32), its id (int32) and its vector (int8);
the number of tokens follows from the size. Vector times scale is a unit row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexCorrupt
from qa.index.storage import FileDigest, Output, rename
from qa.protocols import Encoded, Matrix

BLOCK_BYTES = 32 << 20
CHECK_SIZE = 8
SCALE_AND_ID = 8

Scales = NDArray[np.float32]
TokenIds = NDArray[np.int32]
Quantized = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class TextTokens:
    """The tokens of one text as stored: scales (n,), ids (n,), vectors (n, t)."""

    scales: Scales
    ids: TokenIds
    vectors: Quantized

    def __len__(self) -> int:
        return len(self.ids)

    def check(self) -> bytes:
        """Return the digest that tells whether these bytes are still what was written."""
        digest = hashlib.sha256()
        for part in (self.scales, self.ids, self.vectors):
            digest.update(np.ascontiguousarray(part).data)
        return digest.digest()[:CHECK_SIZE]


def quantize(encoded: Encoded) -> TextTokens:
    """Return the tokens of a text with eight bits a number, each row stretched to its own largest value."""
    vectors: Matrix = encoded.tokens
    peaks = np.abs(vectors).max(axis=1, initial=0.0, keepdims=True)
    stretched = np.rint(vectors * (127.0 / np.where(peaks > 0, peaks, 1.0)))
    lengths = np.sqrt((stretched * stretched).sum(axis=1))
    scales = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return TextTokens(scales.astype(np.float32), encoded.token_ids.astype(np.int32), stretched.astype(np.int8))


@dataclass(frozen=True, slots=True)
class TokenBlock:
    """A block as mapped from its file: scales (n,), ids (n,), vectors (n, t)."""

    scales: Scales
    ids: TokenIds
    vectors: Quantized

    @classmethod
    def open(cls, path: Path, dimension: int) -> TokenBlock:
        """Map a block whose size was checked; raises IndexCorrupt when it cannot be one."""
        content = np.memmap(path, np.uint8, mode="r") if path.stat().st_size else np.empty(0, np.uint8)
        count, rest = divmod(len(content), SCALE_AND_ID + dimension)
        if rest:
            raise IndexCorrupt(f"{path} does not hold vectors of {dimension}. Build it again with: qa index --rebuild")
        scales, ids, vectors = np.split(np.asarray(content), (4 * count, 8 * count))
        return cls(scales.view(np.float32), ids.view(np.int32), vectors.view(np.int8).reshape(count, dimension))

    def text(self, start: int, count: int) -> TextTokens:
        """Return the tokens of the text that starts here."""
        part = slice(start, start + count)
        return TextTokens(self.scales[part], self.ids[part], self.vectors[part])


class BlockWriter:
    """Fills new blocks in the order in which texts come."""

    def __init__(self, folder: Path, dimension: int, block_bytes: int = BLOCK_BYTES) -> None:
        self._folder = folder
        self._limit = max(1, block_bytes // (SCALE_AND_ID + dimension))
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
        temporary = self._folder / ".new"
        with Output(temporary) as output:
            for part in ("scales", "ids", "vectors"):
                output.write(np.concatenate([_part(text, part) for text in self._texts]))
        rename(temporary, self._folder / f"{output.digest.sha256}.tokens")
        self.blocks.append(output.digest)
        self._texts, self._tokens = [], 0


def _part(text: TextTokens, name: str) -> NDArray[Any]:
    part: NDArray[Any] = getattr(text, name)
    return part
