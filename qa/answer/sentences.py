"""The sentences of a passage: how well each matches the question, and which of them to quote."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from qa.answer.expected.kinds import find_sought
from qa.answer.reader import Candidate, Quote
from qa.protocols import StoredParagraph, Vector, WordPieces
from qa.search.ranking.fuse import interpretation_weights

LEANING = re.compile(
    r"[“‘\"'(\s]*(?:he|she|it|they|this|that|these|those|his|her|its|their|such|both|there|then|but|and|so|however)\b",
    re.IGNORECASE,
)
# Characters of the longest sentence that leans on the one before it.
LEANS_UP_TO = 90
# Characters of the longest quote that a sentence is added to the best one for.
QUOTE_LENGTH = 300
# Added to the score of a sentence that names a number or a moment where the question asks for one.
NAMED_GAIN = 2.0


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


def sentence_numbers(paragraph: StoredParagraph, pieces: WordPieces) -> NDArray[np.int64]:
    """Return the number of the sentence that each word piece of a paragraph belongs to, (n,)."""
    begins = np.array([sentence.start - paragraph.start for sentence in paragraph.sentences])
    numbers: NDArray[np.int64] = np.searchsorted(begins, pieces.spans[:, 0], side="right") - 1
    return np.maximum(numbers, 0)


def leans_back(sentence: str) -> bool:
    """Return whether a sentence can hardly be understood without the one before it.

    >>> leans_back("He said so."), leans_back("Caesar, who is a Christian, said Putin’s war is offensive to him.")
    (True, False)
    """
    return len(sentence) <= LEANS_UP_TO and LEANING.match(sentence) is not None


def best_quote(candidate: Candidate, scores: Vector) -> Quote:
    """Return the best sentence of a passage, together with the one before it where it leans on that one."""
    first, last = _best_sentences(candidate.paragraph, scores)
    return _quote(candidate.paragraph, first, last)


def best_quote_with_neighbours(candidate: Candidate, scores: Vector, near: float) -> Quote:
    """Return the best quote, with a sentence before or after it whose score is at most ``near`` below the best.

    A sentence that names what is asked for, such as a moment, is preferred, and one beside the best is added where the
    quote names none. A neighbour is left out where the quote would be longer than QUOTE_LENGTH.
    """
    paragraph = candidate.paragraph
    named = _names_sought(candidate)
    scores = scores + np.where(named, NAMED_GAIN, 0).astype(np.float32)
    best = int(np.argmax(scores))
    first, last = _best_sentences(paragraph, scores)
    for beside in sorted({max(best - 1, 0), min(best + 1, len(scores) - 1)}, key=lambda at: -scores[at]):
        wider = min(first, beside), max(last, beside)
        wanted = scores[beside] >= scores[best] - near or (named[beside] and not named[first : last + 1].any())
        if wanted and len(_quote(paragraph, *wider).text) <= QUOTE_LENGTH:
            first, last = wider
    return _quote(paragraph, first, last)


def _names_sought(candidate: Candidate) -> NDArray[np.bool_]:
    """Return for each sentence whether it names the number or moment that the question asks for, (sentences,)."""
    sought = find_sought(candidate.questions[0].text)
    texts = [_quote(candidate.paragraph, at, at).text for at in range(len(candidate.paragraph.sentences))]
    return np.array([bool(sought) and all(one.search(text) for one in sought) for text in texts], np.bool_)


def _best_sentences(paragraph: StoredParagraph, scores: Vector) -> tuple[int, int]:
    best = int(np.argmax(scores))
    return (best - 1 if best > 0 and leans_back(_quote(paragraph, best, best).text) else best), best


def _quote(paragraph: StoredParagraph, first: int, last: int) -> Quote:
    return Quote(paragraph, paragraph.sentences[first].start, paragraph.sentences[last].end)
