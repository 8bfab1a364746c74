"""Shuffled batches of families of about equal length; in training some are cut to a few sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from qa.train.dataset.pairs import KINDS, OTHER_PASSAGES
from qa.train.dataset.table import Table, TrainingWindow

FIRST, SEPARATOR = 101, 102  # ids of [CLS] and [SEP]
# Of a pair where the place of the answer is known, and of others.
MOST_PIECES, MOST_PIECES_UNCUT = 176, 256
# Paragraphs of news are short: this share of the families is cut to a length in this range.
CUT_SHARE, CUT_PIECES = 0.35, (48, 120)
MOST_PAIRS, MOST_PADDED_PIECES = 72, 9600  # of a batch
FAMILIES_PER_SORT = 2000
PIECES_PER_STEP = 8  # a batch is padded to a multiple
OTHER_KINDS = np.array([KINDS.index(kind) for kind in OTHER_PASSAGES])


@dataclass(frozen=True, slots=True)
class Batch:
    """b pairs of n pieces, padded, with at most s sentences.

    ``ids``, ``types``, ``mask``, ``sentence`` (b, n): ``sentence`` is -1 outside the passage. ``starts``, ``ends``
    (b, n) and ``sentences`` (b, s) are 1 where an answer starts, ends, and stands. ``relevant``, ``answerable`` (b,)
    are 1, 0, or -1 where it is not known. ``other`` (b,): the passage is merely another one. ``family``, ``listed``
    (b,): the pair's family, and whether that is one question with several passages.
    """

    ids: Tensor
    types: Tensor
    mask: Tensor
    sentence: Tensor
    starts: Tensor
    ends: Tensor
    sentences: Tensor
    relevant: Tensor
    answerable: Tensor
    other: Tensor
    family: Tensor
    listed: Tensor
    kind: Tensor


class Batches:
    """Makes batches, the same ones for a seed; with ``cut`` some families are cut to a few sentences."""

    def __init__(self, table: Table, seed: int, *, cut: bool = False) -> None:
        self._table = table
        self._chance = np.random.default_rng(seed)
        can_be_cut = np.array([table.can_be_cut(family) for family in range(table.families)])
        most = np.where(can_be_cut, MOST_PIECES, MOST_PIECES_UNCUT)
        self._lengths = np.minimum([table.length(family) for family in range(table.families)], most)
        if cut:  # before sorting by length, so that short families share a batch
            short = can_be_cut & (self._chance.random(table.families) < CUT_SHARE)
            lengths = self._chance.integers(*CUT_PIECES, table.families)
            self._lengths[short] = np.minimum(self._lengths, lengths)[short]

    def endless(self, families: Sequence[int]) -> Iterator[Batch]:
        """Yield batches of the families again and again."""
        while True:
            yield from self.epoch(families)

    def epoch(self, families: Sequence[int]) -> Iterator[Batch]:
        """Yield all families once, and a family that is given twice twice."""
        order = self._chance.permutation(np.array(families))
        for begin in range(0, len(order), FAMILIES_PER_SORT):
            together = order[begin : begin + FAMILIES_PER_SORT]
            batches = list(self._fill(together[np.argsort(self._lengths[together], kind="stable")].tolist()))
            for number in self._chance.permutation(len(batches)):
                yield self._batch(batches[number])

    def _fill(self, families: Sequence[int]) -> Iterator[list[int]]:
        """Yield the families, sorted by length, in batches that are full."""
        batch: list[int] = []
        pairs = 0
        for family in families:
            more = len(self._table.pairs_of(family))
            if batch and (pairs + more > MOST_PAIRS or (pairs + more) * self._lengths[family] > MOST_PADDED_PIECES):
                yield batch
                batch, pairs = [], 0
            batch.append(family)
            pairs += more
        if batch:
            yield batch

    def _batch(self, families: Sequence[int]) -> Batch:
        windows, numbers, listed = [], [], []
        for number, family in enumerate(families):
            found = self._table.windows(family, int(self._lengths[family]), self._chance)
            windows += found
            numbers += [number] * len(found)
            listed += [bool(self._table.arrays["listed"][family])] * len(found)
        return pad(windows, numbers, listed)


def pad(windows: Sequence[TrainingWindow], families: Sequence[int], listed: Sequence[bool]) -> Batch:
    """Return the windows as a batch, laid out as ``PairNetwork`` of qa.answer lays out one."""
    b, n = len(windows), -(-max(window.length for window in windows) // PIECES_PER_STEP) * PIECES_PER_STEP
    s = max(int(window.sentence.max(initial=0)) + 1 for window in windows)
    ids, types, mask = (np.zeros((b, n), np.int64) for _ in range(3))
    sentence, starts, ends = np.full((b, n), -1), np.zeros((b, n), np.float32), np.zeros((b, n), np.float32)
    sentences = np.zeros((b, s), np.float32)
    for row, window in enumerate(windows):
        begin, end = len(window.question) + 2, window.length - 1
        ids[row, : end + 1] = [FIRST, *window.question, SEPARATOR, *window.passage, SEPARATOR]
        types[row, begin : end + 1] = mask[row, : end + 1] = 1
        sentence[row, begin:end] = window.sentence
        for first, last in window.spans:
            starts[row, begin + first] = ends[row, begin + last] = 1
            sentences[row, window.sentence[first] : window.sentence[last] + 1] = 1
    kinds = np.array([window.kind for window in windows])
    return Batch(
        ids=torch.from_numpy(ids),
        types=torch.from_numpy(types),
        mask=torch.from_numpy(mask),
        sentence=torch.from_numpy(sentence),
        starts=torch.from_numpy(starts),
        ends=torch.from_numpy(ends),
        sentences=torch.from_numpy(sentences),
        relevant=torch.tensor([window.relevant for window in windows]),
        answerable=torch.tensor([window.answerable for window in windows]),
        other=torch.from_numpy(np.isin(kinds, OTHER_KINDS)),
        family=torch.tensor(families),
        listed=torch.tensor(listed),
        kind=torch.from_numpy(kinds),
    )
