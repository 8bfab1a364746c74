"""The sentences of a passage: how well each matches the question, and which of them to quote."""

from __future__ import annotations

import re

import numpy as np

from qa.answer.reader import Candidate, Quote
from qa.protocols import Vector
from qa.search.fuse import interpretation_weights

LEANING = re.compile(
    r"[“‘\"'(\s]*(?:he|she|it|they|this|that|these|those|his|her|its|their|such|both|there|then|but|and|so|however)\b",
    re.IGNORECASE,
)
# Characters of the longest sentence that leans on the one before it.
LEANS_UP_TO = 90


def score_sentences(candidate: Candidate) -> Vector:
    """Return each sentence's weighted late interaction, the mean over all interpretations, shape (sentences,)."""
    paragraph = candidate.paragraph
    starts = [sentence.start - paragraph.start for sentence in paragraph.sentences]
    begins = candidate.tokens.pieces.spans[:, 0]
    bounds = np.searchsorted(begins, [*starts, len(paragraph.text) + 1]).astype(np.int64)
    scores = [
        question.weights @ candidate.tokens.best_matches(question.encoded.tokens, bounds)
        for question in candidate.questions
    ]
    mean: Vector = interpretation_weights(len(scores)) @ np.stack(scores)
    return mean


def leans_back(sentence: str) -> bool:
    """Return whether a sentence can hardly be understood without the one before it.

    >>> leans_back("He said so."), leans_back("Caesar, who is a Christian, said Putin’s war is offensive to him.")
    (True, False)
    """
    return len(sentence) <= LEANS_UP_TO and LEANING.match(sentence) is not None


def best_quote(candidate: Candidate, scores: Vector) -> Quote:
    """Return the best sentence of a passage, together with the one before it where it leans on that one."""
    paragraph = candidate.paragraph
    best = int(np.argmax(scores))
    start, end = paragraph.sentences[best].start, paragraph.sentences[best].end
    if best > 0 and leans_back(paragraph.text[start - paragraph.start : end - paragraph.start]):
        start = paragraph.sentences[best - 1].start
    return Quote(paragraph, start, end)
