"""The families as arrays, and each pair as the word pieces that the network reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.encode.pairs.windows import QUESTION_PIECES

Ints = NDArray[np.int64]
SPECIAL_PIECES = 3  # one in front of the question, one behind it, one behind the passage
FEWEST_PIECES = 40  # of a passage that is cut


@dataclass(frozen=True, slots=True)
class TrainingWindow:
    """A question and a window of a passage, as ids of word pieces.

    ``sentence`` has the number of each passage piece's sentence, from 0. ``spans`` (k, 2) holds the first and the last
    piece of each answer, counted in the window.
    """

    question: NDArray[np.int32]
    passage: NDArray[np.int32]
    sentence: Ints
    spans: Ints
    relevant: int
    answerable: int
    kind: int

    @property
    def length(self) -> int:
        """Return how many pieces the network reads."""
        return len(self.question) + len(self.passage) + SPECIAL_PIECES


class Table:
    """The families that ``write_table`` wrote."""

    def __init__(self, file: Path) -> None:
        with np.load(file, allow_pickle=False) as stored:
            self.arrays = dict(stored)
        self.families = len(self.arrays["family_ends"])

    def pairs_of(self, family: int) -> range:
        """Return the numbers of a family's pairs."""
        ends = self.arrays["family_ends"]
        return range(int(ends[family - 1]) if family else 0, int(ends[family]))

    def length(self, family: int) -> int:
        """Return the length of a family's first pair in pieces."""
        first = self.pairs_of(family)[0]
        question, passage = self._slice("question", first), self._slice("passage", first)
        asked, read = int(question.stop - question.start), int(passage.stop - passage.start)
        return min(asked, QUESTION_PIECES) + read + SPECIAL_PIECES

    def can_be_cut(self, family: int) -> bool:
        """Return whether the place of the answer is known in every pair that is answered."""
        pairs = self.pairs_of(family)
        return all(self.arrays["answerable"][pair] != 1 or len(self._spans(pair)) > 0 for pair in pairs)

    def windows(self, family: int, most: int, chance: np.random.Generator) -> list[TrainingWindow]:
        """Return the usable pairs of a family, each of at most ``most`` pieces.

        A longer passage is cut to a window of whole sentences, the same one for all questions about it, with the answer
        inside where its place is known.
        """
        pairs = [pair for pair in self.pairs_of(family) if self.usable(pair)]
        cuts: dict[int, tuple[int, int]] = {}
        for pair in sorted(pairs, key=lambda one: not len(self._spans(one))):
            cuts.setdefault(int(self.arrays["passage"][pair]), self._cut(pair, most, chance))
        return [self._window(pair, *cuts[int(self.arrays["passage"][pair])]) for pair in pairs]

    def usable(self, pair: int) -> bool:
        """Return whether a pair's passage has pieces and its answer was not cut off when it was written."""
        passage = self._slice("passage", pair)
        return bool(self.arrays["known"][pair]) and passage.stop > passage.start

    def _window(self, pair: int, first: int, end: int) -> TrainingWindow:
        arrays, passage = self.arrays, self._slice("passage", pair)
        sentence = arrays["passage_sentence"][passage][first:end].astype(np.int64)
        spans = self._spans(pair)
        return TrainingWindow(
            arrays["question_ids"][self._slice("question", pair)][-QUESTION_PIECES:],
            arrays["passage_ids"][passage][first:end],
            sentence - sentence[:1],
            spans[(spans[:, 0] >= first) & (spans[:, 1] < end)] - first,
            int(arrays["relevant"][pair]),
            int(arrays["answerable"][pair]),
            int(arrays["kind"][pair]),
        )

    def _cut(self, pair: int, most: int, chance: np.random.Generator) -> tuple[int, int]:
        question = self._slice("question", pair)
        left = most - SPECIAL_PIECES - min(question.stop - question.start, QUESTION_PIECES)
        sentence = self.arrays["passage_sentence"][self._slice("passage", pair)]
        return cut_passage(sentence, self._spans(pair), max(left, FEWEST_PIECES), chance)

    def _spans(self, pair: int) -> Ints:
        ends = self.arrays["span_ends"]
        found = self.arrays["spans"][int(ends[pair - 1]) if pair else 0 : int(ends[pair])]
        spans: Ints = found.astype(np.int64)
        return spans

    def _slice(self, text: str, pair: int) -> slice:
        row, ends = int(self.arrays[text][pair]), self.arrays[f"{text}_ends"]
        return slice(int(ends[row - 1]) if row else 0, int(ends[row]))


def cut_passage(sentence: NDArray[np.int16], spans: Ints, most: int, chance: np.random.Generator) -> tuple[int, int]:
    """Return the first piece and the end of a window of at most ``most`` pieces.

    It has whole sentences where they fit, and one of the answers inside if there are any.
    """
    if len(sentence) <= most:
        return 0, len(sentence)
    begins = np.flatnonzero(np.diff(sentence, prepend=-1))
    ends = np.append(begins[1:], len(sentence))
    begin, end = spans[int(chance.integers(len(spans)))] if len(spans) else (0, -1)
    if len(spans):
        fitting = begins[(begins <= begin) & (end < begins + most)]
    else:
        fitting = begins[begins <= max(len(sentence) - most // 2, 0)]
    first = int(chance.choice(fitting)) if len(fitting) else max(0, int(end) + 1 - most)
    whole = ends[(ends <= first + most) & (ends > max(first, int(end)))]
    return first, int(whole[-1]) if len(whole) else first + most
