"""Questions in other words: words exchanged for ones that the encoder holds to mean about the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np

from qa.protocols import Encoder
from qa.train.dataset.pairs import pick
from qa.train.dataset.vectors import encode_texts, nearest
from qa.train.dataset.wording.opposites import OPPOSITES

FEWEST_USES, FEWEST_LETTERS = 6, 4  # of a word
LOWEST_COSINE = 0.64
MOST_SYNONYMS = 4
LOOKED_AT = 8  # nearest words, the word itself among them
EXCHANGED_SHARE = 0.6  # of the words that can be exchanged
WORDS_PER_PRODUCT = 1000
_WORD = re.compile(r"[A-Za-z]+")


class Synonyms:
    """Words whose vectors are near each other; opposites and other forms of a word are left out."""

    def __init__(self, encoder: Encoder, texts: Iterable[str]) -> None:
        counts = Counter(word for text in texts for word in _WORD.findall(text.lower()) if len(word) >= FEWEST_LETTERS)
        vectors = encode_texts(encoder, [word for word, count in counts.items() if count >= FEWEST_USES])
        self._near: dict[str, list[str]] = {}
        for begin in range(0, len(vectors.texts), WORDS_PER_PRODUCT):
            scores = vectors.rows[begin : begin + WORDS_PER_PRODUCT] @ vectors.rows.T
            for at, columns in enumerate(nearest(scores, LOOKED_AT)):
                word = vectors.texts[begin + at]
                others = [vectors.texts[column] for column in columns if scores[at, column] >= LOWEST_COSINE]
                near = [other for other in others if _differ(word, other)]
                if near:
                    self._near[word] = near[:MOST_SYNONYMS]

    def exchange(self, question: str, passage: str, chance: np.random.Generator) -> str:
        """Return the question with most words that it shares with the passage exchanged; names stay."""
        here = set(_WORD.findall(passage.lower()))

        def other(match: re.Match[str]) -> str:
            word = match.group()
            near = [one for one in self._near.get(word, []) if one not in here]
            return pick(near, chance) if word in here and near and chance.random() < EXCHANGED_SHARE else word

        return _WORD.sub(other, question)


def _differ(word: str, other: str) -> bool:
    return word[:4] != other[:4] and other not in OPPOSITES.get(word, [])
