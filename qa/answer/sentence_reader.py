"""The reader that needs no training: it quotes the sentence of each passage that meets the question best."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answer.confidence import Confidence
from qa.answer.disagreement import disagree
from qa.answer.reader import Evidence, Found, Quote
from qa.answer.sentences import best_quote, score_sentences
from qa.protocols import Encoder

BELOW_BEST = 0.12


class SentenceReader:
    """Quotes the best sentences, or nothing when it is improbable that they answer."""

    def __init__(self, encoder: Encoder, confidence: Confidence) -> None:
        self._encoder = encoder
        self._confidence = confidence

    def read(self, passages: Sequence[Found], quotes: int) -> Evidence:
        candidates = [best_quote(found, score_sentences(found, self._encoder)) for found in passages]
        probability = self._confidence.probability(passages, candidates)
        if probability < self._confidence.threshold:
            return Evidence((), probability)
        chosen = tuple(_close_to_best(candidates)[:quotes])
        asked = passages[0].questions[0].text
        return Evidence(chosen, probability, disagree(asked, [quote.text for quote in chosen]))


def _close_to_best(candidates: Sequence[Quote]) -> list[Quote]:
    """Return the first passage's quote and, in order of passages, those that score nearly as well."""
    floor = candidates[0].score - BELOW_BEST
    return [quote for number, quote in enumerate(candidates) if number == 0 or quote.score >= floor]
