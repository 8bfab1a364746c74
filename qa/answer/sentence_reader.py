"""The reader that needs no training: it quotes the sentence of each passage that meets the question best."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answer.reader import Found, Read
from qa.answer.sentences import best_quote, score_sentences
from qa.protocols import Encoder


class SentenceReader:
    """Reads by late interaction alone, for encoders that no network was trained for."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def read(self, passages: Sequence[Found]) -> list[Read]:
        return [self._read(found) for found in passages]

    def _read(self, found: Found) -> Read:
        scores = score_sentences(found, self._encoder.word_pieces(found.paragraph.text))
        return Read(found, best_quote(found, scores), 0.0, found.score)
