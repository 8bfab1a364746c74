"""The reader that was trained: a small network judges each passage and its sentences together with the question."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qa.answer.network import Judgement, ReadingNetwork, passage_tokens
from qa.answer.reader import Found, Quote, Read
from qa.answer.sentences import best_quote, score_sentences
from qa.search.fuse import interpretation_weights

# How much a passage that surely answers gains over one that surely does not, on the scale of the mix.
GAIN = 0.15
# Late interaction of a sentence against its log probability: accepted answers in the quotes are most at 20 to 40.
LATE = 20.0


class TrainedReader:
    """Reads by a network trained on the token vectors of one encoder; see weights/README.md."""

    def __init__(self, network: ReadingNetwork) -> None:
        self._network = network

    def read(self, passages: Sequence[Found]) -> list[Read]:
        tokens = [passage_tokens(found.paragraph, found.tokens.unit(), found.pieces) for found in passages]
        by_interpretation = [self._network.judge(question, tokens) for question in passages[0].questions]
        return [
            _read(found, judgements)
            for found, judgements in zip(passages, zip(*by_interpretation, strict=True), strict=True)
        ]

    def quote(self, passage: Read) -> Quote:
        return best_quote(passage.found, passage.sentences + LATE * score_sentences(passage.found))


def _read(found: Found, judgements: Sequence[Judgement]) -> Read:
    """judgements: one of the passage for each interpretation of the question."""
    odds = sum(judgement.answerable for judgement in judgements) / len(judgements)
    sentences = interpretation_weights(len(judgements)) @ np.array([judgement.sentences for judgement in judgements])
    return Read(found, odds, found.score + GAIN / (1 + math.exp(-odds)), sentences)
