"""The reader that was trained: a small network judges each passage and its sentences together with the question."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qa.answer.network import Judgement, ReadingNetwork, passage_tokens
from qa.answer.reader import Candidate, Phrases, Quote, ReadPassage
from qa.answer.sentences import best_quote, score_sentences
from qa.search.ranking.fuse import interpretation_weights

# The gain of a passage that surely answers over one that surely does not, on the scale of the mix.
ANSWERABLE_GAIN = 0.15
# Weight of a sentence's late interaction beside its log probability; 20 to 40 quote the most accepted answers.
LATE_WEIGHT = 20.0


class TrainedReader:
    """Reads by a network trained on the token vectors of one encoder; see weights/README.md."""

    def __init__(self, network: ReadingNetwork) -> None:
        self._network = network

    def read(self, passages: Sequence[Candidate]) -> list[ReadPassage]:
        tokens = [
            passage_tokens(candidate.paragraph, candidate.tokens.unit(), candidate.tokens.pieces)
            for candidate in passages
        ]
        by_interpretation = [self._network.judge(question, tokens) for question in passages[0].questions]
        return [
            _read(candidate, judgements)
            for candidate, judgements in zip(passages, zip(*by_interpretation, strict=True), strict=True)
        ]

    def quote(self, passage: ReadPassage) -> Quote:
        return best_quote(passage.candidate, passage.sentences + LATE_WEIGHT * score_sentences(passage.candidate))


def _read(candidate: Candidate, judgements: Sequence[Judgement]) -> ReadPassage:
    """Return the passage as read; judgements has one for each interpretation of the question."""
    odds = sum(judgement.answerable for judgement in judgements) / len(judgements)
    sentences = interpretation_weights(len(judgements)) @ np.array([judgement.sentences for judgement in judgements])
    score = candidate.score + ANSWERABLE_GAIN / (1 + math.exp(-odds))
    return ReadPassage(candidate, score, odds, odds, sentences, Phrases(odds, judgements[-1].spans))
