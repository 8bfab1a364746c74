"""Batches of examples of similar length, padded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qa.train.dataset.examples import Example, Examples, Gold
from qa.train.dataset.passages import Tokens
from qa.train.dataset.windows import window

BATCH_SIZE = 64
SORTED_TOGETHER = 40 * BATCH_SIZE  # examples
OTHER_FORM_SHARE, WINDOW_SHARE = 0.5, 0.4


@dataclass(frozen=True, slots=True)
class Batch:
    """b pairs, padded to m question tokens, n passage tokens and s sentences.

    ``inputs`` are the arguments of ReaderNetwork.forward, in order. sentence (b, n) is -1 past a passage's end; starts,
    ends (b, n) and sentences (b, s) are 1 where the answer is and else 0; labels (b,) 1 where the passage answers.
    """

    inputs: tuple[Tensor, ...]
    sentence: Tensor
    starts: Tensor
    ends: Tensor
    sentences: Tensor
    labels: Tensor


class Batches:
    """Shuffled batches; in training also augmented and cut to windows."""

    def __init__(self, examples: Examples, seed: int) -> None:
        self._examples = examples
        self._chance = np.random.default_rng(seed)

    def epoch(self, chosen: Sequence[Example]) -> Iterator[Batch]:
        """Yield the examples once, augmented for training."""
        order, lengths = self._chance.permutation(len(chosen)), self._examples.passages.tokens
        batches = []
        for start in range(0, len(order), SORTED_TOGETHER):
            together = sorted(order[start : start + SORTED_TOGETHER], key=lambda n: len(lengths[chosen[n].passage]))
            batches += [together[at : at + BATCH_SIZE] for at in range(0, len(together), BATCH_SIZE)]
        for number in self._chance.permutation(len(batches)):
            yield _padded([self._varied(chosen[n]) for n in batches[number]], [chosen[n] for n in batches[number]])

    def plain(self, chosen: Sequence[Example]) -> Batch:
        """Return the examples unchanged, in one batch."""
        questions, passages = self._examples.questions.tokens, self._examples.passages.tokens
        parts = [(questions[one.question], passages[one.passage], one.gold) for one in chosen]
        return _padded(parts, chosen)

    def _varied(self, example: Example) -> Part:
        row = example.question
        if self._chance.random() < OTHER_FORM_SHARE:
            row = self._examples.other_forms.get(row, row)
        asked, tokens = self._examples.questions.tokens[row], self._examples.passages.tokens[example.passage]
        if self._chance.random() >= WINDOW_SHARE:
            return asked, tokens, example.gold
        return (asked, *window(asked, tokens, example.gold, self._examples.idf, self._chance))


Part = tuple[Tokens, Tokens, Gold]


def _padded(parts: Sequence[Part], examples: Sequence[Example]) -> Batch:
    questions, passages = [asked for asked, _, _ in parts], [tokens for _, tokens, _ in parts]
    n, s = max(map(len, passages)), max(int(tokens.sentence.max()) + 1 for tokens in passages)
    return Batch(
        inputs=(
            _rows([asked.unit() for asked in questions]),
            _rows([asked.ids for asked in questions]),
            _rows([np.ones(len(asked), np.bool_) for asked in questions]),
            _rows([tokens.unit() for tokens in passages]),
            _rows([tokens.ids for tokens in passages]),
            _rows([tokens.flags for tokens in passages]),
            _rows([np.ones(len(tokens), np.bool_) for tokens in passages]),
        ),
        sentence=_rows([tokens.sentence + 1 for tokens in passages]) - 1,
        starts=_ones([gold.starts for _, _, gold in parts], n),
        ends=_ones([gold.ends for _, _, gold in parts], n),
        sentences=_ones([gold.sentences for _, _, gold in parts], s),
        labels=torch.tensor([float(example.answerable) for example in examples]),
    )


def _rows(arrays: Sequence[NDArray[np.generic]]) -> Tensor:
    """Return (b, n, ...), the shorter ones padded with zeros."""
    whole = np.zeros((len(arrays), max(map(len, arrays)), *arrays[0].shape[1:]), arrays[0].dtype)
    for row, array in zip(whole, arrays, strict=True):
        row[: len(array)] = array
    return torch.from_numpy(whole)


def _ones(places: Sequence[tuple[int, ...]], width: int) -> Tensor:
    """Return (b, width), 1 at the places of each row."""
    whole = np.zeros((len(places), width), np.float32)
    for row, where in zip(whole, places, strict=True):
        row[list(where)] = 1
    return torch.from_numpy(whole)
