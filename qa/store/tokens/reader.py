"""Token vectors by row, from memory-mapped blocks: late interaction with them, and how rare each token is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexCorrupt
from qa.protocols import Matrix, Rows, Vector
from qa.store.folder.mapping import file_under, will_read
from qa.store.tokens.blocks import TextTokens, check_of, pieces_of, token_type
from qa.store.tokens.late_interaction import CENTRE, BlockTokens, TokenRows, round_question
from qa.store.tokens.rows import RowTable

# Rows whose vectors are matched together, so that they stay in the processor's cache.
ROWS_AT_ONCE = 48


class BlockTokenStore:
    """The token vectors of one generation; what is read is checked when it is first touched.

    frequency (ids,) counts for each token id the texts that hold it, among ``texts`` different ones.
    """

    def __init__(
        self,
        blocks: Sequence[TextTokens],
        table: RowTable,
        frequency: NDArray[np.int32],
        *,
        texts: int,
        dimension: int,
    ) -> None:
        self._files = [file_under(block) for block in blocks]
        self._blocks = [block.view(np.uint8).data for block in blocks]
        self._block, self._start, self._count = (
            np.ascontiguousarray(table[name]).astype(np.int64) for name in ("block", "start", "tokens")
        )
        self._check = np.ascontiguousarray(table["check"])
        self._checked = np.zeros(len(table), np.bool_)
        self._frequency = frequency
        self._texts = texts
        self._type = token_type(dimension)
        self._nothing = np.empty(0, self._type)

    def best_matches(self, questions: Sequence[Matrix], rows: Rows) -> list[Matrix]:
        self.prefetch(rows)
        rounded = [round_question(question) for question in questions]
        matched: list[list[Matrix]] = [[] for _ in questions]
        for start in range(0, max(len(rows), 1), ROWS_AT_ONCE):
            part = self.rows(rows[start : start + ROWS_AT_ONCE])
            for question, found in zip(rounded, matched, strict=True):
                found.append(part.best_matches(question))
        return [np.concatenate(found, axis=1) for found in matched]

    def read(self, rows: Rows) -> list[BlockTokens]:
        several = self.rows(rows)
        ends = several.starts.tolist()
        return [
            BlockTokens(_part(several, start, end), pieces_of(self.text(row)))
            for row, start, end in zip(rows.tolist(), ends[:-1], ends[1:], strict=True)
        ]

    def prefetch(self, rows: Rows) -> None:
        """Have the vectors of these rows fetched from the disk together, because they are read next."""
        for _, block, start, end in self._unread(rows):
            file = self._files[block]
            if file is not None:
                will_read(file, start, end)

    def _unread(self, rows: Rows) -> Iterator[tuple[int, int, int, int]]:
        """Yield row, block, start and end in bytes of those rows that have tokens and were not read before."""
        new, size = rows[~self._checked[rows] & (self._count[rows] > 0)], self._type.itemsize
        starts, sizes = self._start[new] * size, self._count[new] * size
        yield from zip(new.tolist(), self._block[new].tolist(), starts.tolist(), (starts + sizes).tolist(), strict=True)

    def _check_unread(self, rows: Rows) -> None:
        for row, block, start, end in self._unread(rows):
            if check_of(self._blocks[block][start:end]) != self._check[row].tobytes():
                raise IndexCorrupt(
                    f"The token vectors of row {row} are damaged. Build the index again with: qa index --rebuild"
                )
            self._checked[row] = True

    def rows(self, rows: Rows) -> TokenRows:
        """Return the vectors of these rows; raises IndexCorrupt when they are not what was written."""
        self._check_unread(rows)
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(self._count[rows], out=starts[1:])
        found = np.empty(int(starts[-1]), self._type)
        # Bytes, because NumPy would let go of the interpreter for each copy and then wait for it.
        content, size = memoryview(found.view(np.uint8).data), self._type.itemsize
        for block, place, start, end in self._runs(rows, starts):
            content[start * size : end * size] = self._blocks[block][place * size : (place + end - start) * size]
        # The same as adding to a signed number.
        vectors = np.bitwise_xor(found["vector"].view(np.uint8), CENTRE, order="C")
        return TokenRows(vectors, found["scale"].copy(), starts)

    def _runs(self, rows: Rows, starts: NDArray[np.int64]) -> Iterator[tuple[int, int, int, int]]:
        """Yield block and place in it, start and end among the vectors asked for; rows that lie end to end as one."""
        filled = np.flatnonzero(starts[1:] > starts[:-1])
        blocks, places, start = self._block[rows[filled]], self._start[rows[filled]], starts[filled]
        offset = places - start
        jump = np.ones(len(filled), np.bool_)
        jump[1:] = (blocks[1:] != blocks[:-1]) | (offset[1:] != offset[:-1])
        ends = np.append(start[jump][1:], starts[-1])
        yield from zip(blocks[jump].tolist(), places[jump].tolist(), start[jump].tolist(), ends.tolist(), strict=False)

    def text(self, row: int) -> TextTokens:
        """Return the tokens of one row as stored; raises IndexCorrupt when they are not what was written."""
        count = int(self._count[row])
        if count == 0:
            return self._nothing
        if not self._checked[row]:
            self._check_unread(np.array([row]))
        size, start = self._type.itemsize, int(self._start[row])
        content = self._blocks[int(self._block[row])]
        return np.frombuffer(content[start * size : (start + count) * size], self._type)

    def weights(self, token_ids: NDArray[np.int32]) -> Vector:
        return token_rarity(token_ids, self._frequency, self._texts)


def token_rarity(token_ids: NDArray[np.int32], frequency: NDArray[np.int32], texts: int) -> Vector:
    """Return the inverse document frequency of each token, (n,); frequency (ids,) is 0 for all larger ids."""
    held = np.append(frequency, 0)[np.minimum(token_ids, len(frequency))]
    rarity: Vector = np.log1p((texts - held + 0.5) / (held + 0.5)).astype(np.float32)
    return rarity


def _part(several: TokenRows, start: int, end: int) -> TokenRows:
    return TokenRows(several.vectors[start:end], several.scales[start:end], np.array([0, end - start], np.int64))
