"""The reader that needs no training: it quotes the sentence of each passage that meets the question best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa.answer.reader import Candidate, Quote, ReadPassage
from qa.answer.sentences import best_quote, score_sentences


class SentenceReader:
    """Reads by late interaction alone, for encoders that no network was trained for."""

    def read(self, passages: Sequence[Candidate]) -> list[ReadPassage]:
        return [
            ReadPassage(candidate, candidate.score, 0.0, 0.0, np.zeros(len(candidate.paragraph.sentences), np.float32))
            for candidate in passages
        ]

    def quote(self, passage: ReadPassage) -> Quote:
        return best_quote(passage.candidate, score_sentences(passage.candidate))
