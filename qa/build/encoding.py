"""The vectors of a new generation: taken over where the text is known, else encoded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.build.structures import TokenWriter, VectorWriter
from qa.digests import FileDigest
from qa.progress import Progress
from qa.protocols import Encoded, Encoder, Matrix
from qa.store.dense.writer import as_stored
from qa.store.snapshot import OpenSnapshot
from qa.store.texts.fingerprints import texts_of
from qa.store.tokens.blocks import TextTokens, check_of, content_of, quantize, token_type
from qa.store.tokens.rows import ROW, RowTable

CHUNK_ROWS = 4096
WELL_FILLED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class RowOrigins:
    """The origin of each row's vectors.

    same_as (rows,): the first row with the same text, often the row itself. known (rows,): the row of the generation
    before with this text, or -1. gone: rows of the generation before whose text no row has now.
    """

    same_as: NDArray[np.int64]
    known: NDArray[np.int64]
    gone: NDArray[np.int64]

    @property
    def new(self) -> NDArray[np.int64]:
        """The rows whose text has to be encoded."""
        return np.flatnonzero((self.known < 0) & (self.same_as == np.arange(len(self.known))))

    @property
    def texts(self) -> int:
        """The number of distinct texts."""
        return int((self.same_as == np.arange(len(self.known))).sum())


def find_origins(digests: NDArray[np.void], before: NDArray[np.void]) -> RowOrigins:
    """Compare the digests of the texts of all rows with those of the generation before."""
    known_rows: dict[bytes, int] = {}
    for row, digest in enumerate(before.tolist()):
        known_rows.setdefault(digest, row)
    first: dict[bytes, int] = {}
    texts = digests.tolist()
    same_as = np.array([first.setdefault(digest, row) for row, digest in enumerate(texts)], np.int64)
    known = np.array([known_rows.get(digest, -1) for digest in texts], np.int64)
    gone = np.array([row for digest, row in known_rows.items() if digest not in first], np.int64)
    return RowOrigins(same_as, known, gone)


class RowEncoder:
    """Fills the dense index, the blocks of token vectors and the row table, in order of row."""

    def __init__(
        self,
        encoder: Encoder,
        origins: RowOrigins,
        previous: OpenSnapshot | None,
        dense: VectorWriter,
        tokens: TokenWriter,
        block_bytes: int,
    ) -> None:
        self._encoder = encoder
        self._origins = origins
        self._previous = previous
        self._dense = dense
        self._tokens = tokens
        self._shared, self._kept = _shared_blocks(previous, origins, block_bytes)
        self.frequency = np.zeros(0, np.int32) if previous is None else previous.frequency.copy()
        self.table: RowTable = np.zeros(len(origins.known), ROW)

    def run(self, text_path: Path, paragraph_of: NDArray[np.int64], progress: Progress) -> None:
        """Encode the new texts and take over the vectors of the others."""
        new = self._origins.new
        encoded = self._encoded(texts_of(text_path, paragraph_of[new]), len(new), progress)
        for start in range(0, len(self.table), CHUNK_ROWS):
            part = slice(start, min(start + CHUNK_ROWS, len(self.table)))
            self._add_chunk(part, encoded)
        if self._previous is not None:
            for old in self._origins.gone.tolist():
                self._count(self._previous.tokens.text(old)["id"], -1)

    def finish(self) -> tuple[FileDigest, ...]:
        """Write the last block; return all blocks of the new generation in the order in which the table counts them."""
        return (*self._kept, *self._tokens.finish())

    def _encoded(self, texts: Iterator[str], total: int, progress: Progress) -> Iterator[Encoded]:
        for done, encoded in enumerate(self._encoder.encode_all(texts), start=1):
            self._count(encoded.pieces.ids, 1)
            progress("encode", done, total)
            yield encoded

    def _add_chunk(self, part: slice, encoded: Iterator[Encoded]) -> None:
        vectors: Matrix = np.empty((part.stop - part.start, self._encoder.dimension), np.float32)
        if self._previous is not None:
            self._take_over(part, vectors, self._previous)
        same_as = self._origins.same_as
        for row in (part.start + np.flatnonzero(self._origins.known[part] < 0)).tolist():
            first = int(same_as[row])
            if first == row:
                text = next(encoded)
                vectors[row - part.start] = as_stored(text.sentence)
                self._place(row, quantize(text))
            elif first >= part.start:
                vectors[row - part.start] = vectors[first - part.start]
            else:
                vectors[row - part.start] = self._dense.vectors(same_as[row : row + 1])[0]
        repeated = part.start + np.flatnonzero(same_as[part] != np.arange(part.start, part.stop))
        self.table[repeated] = self.table[same_as[repeated]]
        self._dense.add(vectors)

    def _take_over(self, part: slice, vectors: Matrix, previous: OpenSnapshot) -> None:
        """Take the vectors of known texts from the generation before, and their place where its block is kept."""
        here = np.flatnonzero(self._origins.known[part] >= 0)
        known = self._origins.known[part][here]
        vectors[here] = previous.dense.vectors(known)
        records = previous.rows[known]
        blocks = self._shared[records["block"]]
        records["block"] = blocks
        self.table[part][here] = records
        first = self._origins.same_as[part][here] == part.start + here
        for row, old in zip(here[(blocks < 0) & first], known[(blocks < 0) & first], strict=True):
            self._place(part.start + int(row), previous.tokens.text(int(old)))

    def _place(self, row: int, text: TextTokens) -> None:
        block, start = self._tokens.add(text)
        self.table["block"][row] = len(self._kept) + block
        self.table["start"][row] = start
        self.table["tokens"][row] = len(text)
        self.table["check"][row] = np.void(check_of(content_of(text)))

    def _count(self, token_ids: NDArray[np.int32], step: int) -> None:
        found = np.unique(token_ids)
        if len(found) and found[-1] >= len(self.frequency):
            self.frequency = np.pad(self.frequency, (0, int(found[-1]) + 1 - len(self.frequency)))
        self.frequency[found] += step


def _shared_blocks(
    previous: OpenSnapshot | None, origins: RowOrigins, block_bytes: int
) -> tuple[NDArray[np.int64], Sequence[FileDigest]]:
    """Return the number in the new generation of each old block, -1 when it is not kept, and the kept blocks.

    A block is kept when every text in it still lives, so that nothing removed stays readable, and when it is well
    filled, so that many small updates do not leave many small blocks.
    """
    if previous is None:
        return np.empty(0, np.int64), ()
    blocks = previous.manifest.blocks
    rows = previous.rows[np.unique(origins.known[origins.known >= 0])]
    living = np.bincount(rows["block"], rows["tokens"], minlength=len(blocks))[: len(blocks)]
    sizes = living * token_type(previous.manifest.token_dimension).itemsize
    whole = np.array([block.size for block in blocks], np.int64)
    keep = (sizes == whole) & (sizes >= WELL_FILLED_SHARE * block_bytes)
    # One more, never kept: the block that rows without tokens name when there is no block.
    numbers = np.append(np.where(keep, np.cumsum(keep) - 1, -1), -1)
    return numbers, [block for block, kept in zip(blocks, keep, strict=True) if kept]
