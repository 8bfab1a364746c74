"""The content of a written sentence: its words have to stand in what it cites, or mean the same there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.encode.pairs.windows import Ids
from qa.protocols import Encoded, Encoder
from qa.writing.checks.numbers import is_number
from qa.writing.checks.opposites import OPPOSITES
from qa.writing.checks.words import Word, stem

# The best cosine of a word with the cited words from which it counts as said in other words.
LEAST_COSINE = 0.62
# The share of the content words that may be said in other words.
MOST_REPHRASED = 0.4


@dataclass(frozen=True, slots=True)
class Vectors:
    """The n word pieces of a text: unit vectors (n, t), where they stand (n, 2), and their ids (n,)."""

    tokens: NDArray[np.float32]
    spans: NDArray[np.int32]
    ids: Ids

    @classmethod
    def of(cls, encoded: Encoded) -> Vectors:
        """Return those of an encoded text."""
        return cls(encoded.tokens, encoded.pieces.spans, encoded.pieces.ids)


class Meanings:
    """The vectors of texts, encoded once each."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    def of(self, text: str) -> Vectors:
        """Return the vectors of a text."""
        if text not in self._known:
            self._known[text] = Vectors.of(self._encoder.encode(text))
        return self._known[text]


def find_opposite_word(words: Sequence[Word], cited: Sequence[Sequence[Word]]) -> str | None:
    """Return a content word that the cited sentences lack, and of which they have the opposite, or None."""
    known = _stems(cited)
    unmet = [word for word in words if word.has_content and word.stem not in known]
    return next((word.text for word in unmet if known & {stem(one) for one in OPPOSITES.get(word.text, ())}), None)


def find_unmet_word(
    text: str, words: Sequence[Word], cited: Mapping[str, Sequence[Word]], meanings: Meanings
) -> str | None:
    """Return a content word that the cited sentences do not say, or None.

    ``cited`` are the cited sentences with their words. Up to MOST_REPHRASED of the words may be said there in other
    words, whose token vectors are near.
    """
    known = _stems(list(cited.values()))
    content = [word for word in words if word.has_content and not is_number(word)]
    unmet = [word for word in content if word.stem not in known]
    if len(unmet) > MOST_REPHRASED * len(content):
        return unmet[0].text
    if not unmet:
        return None
    met = _best_cosines(meanings.of(text), [meanings.of(sentence) for sentence in cited])
    return next((word.text for word in unmet if _cosine_of(word, meanings.of(text).spans, met) < LEAST_COSINE), None)


def _stems(cited: Sequence[Sequence[Word]]) -> set[str]:
    return {word.stem for words in cited for word in words}


def _best_cosines(sentence: Vectors, cited: Sequence[Vectors]) -> NDArray[np.float32]:
    """Return the best cosine of each token with a token of the cited sentences, (n,)."""
    if not cited or not len(sentence.tokens):
        return np.zeros(len(sentence.tokens), np.float32)
    best: NDArray[np.float32] = np.max([(sentence.tokens @ one.tokens.T).max(axis=1) for one in cited], axis=0)
    return best


def _cosine_of(word: Word, spans: NDArray[np.int32], best: NDArray[np.float32]) -> float:
    inside = (spans[:, 0] < word.end) & (spans[:, 1] > word.start)
    return float(best[inside].mean()) if inside.any() else 0.0
