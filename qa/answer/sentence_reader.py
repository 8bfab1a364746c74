"""The reader that needs no training: it quotes the sentence of each passage that meets the question best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa.answer.reader import Found, Quote, Read
from qa.answer.sentences import best_quote, score_sentences


class SentenceReader:
    """Reads by late interaction alone, for encoders that no network was trained for."""

    def read(self, passages: Sequence[Found]) -> list[Read]:
        return [
            Read(found, 0.0, found.score, np.zeros(len(found.paragraph.sentences), np.float32)) for found in passages
        ]

    def quote(self, passage: Read) -> Quote:
        return best_quote(passage.found, score_sentences(passage.found))
