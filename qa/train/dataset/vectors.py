"""Sentence vectors of all texts, and the passages that a search finds by them without the answer in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.protocols import Encoder, Matrix
from qa.train.dataset.pairs import Pair
from qa.train.dataset.text import passage_key, plain

# Passages that are looked at per question, and that are kept at most.
SEARCH_DEPTH, NEAREST = 24, 6
QUESTIONS_PER_PRODUCT = 512


@dataclass(frozen=True, slots=True)
class Vectors:
    """Unit vectors (n, d) of n texts, and each text's row."""

    row: Mapping[str, int]
    texts: Sequence[str]
    rows: Matrix


def encode_texts(encoder: Encoder, texts: Iterable[str]) -> Vectors:
    """Return the vectors of the texts, each of them once."""
    unique = list(dict.fromkeys(texts))
    rows = np.array([found.sentence.ravel() for found in encoder.encode_all(unique)], np.float32)
    return Vectors({text: row for row, text in enumerate(unique)}, unique, rows)


def nearest(scores: Matrix, count: int) -> list[list[int]]:
    """Return the columns of the highest scores of each row, best first; all columns where there are fewer."""
    best = np.argpartition(-scores, min(count, scores.shape[1] - 1), axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(scores, best, 1), axis=1)
    found: list[list[int]] = np.take_along_axis(best, order, 1).tolist()
    return found


class Search:
    """Finds passages that are near a question and do not answer it."""

    def __init__(self, passages: Vectors, questions: Vectors) -> None:
        self._passages, self._questions = passages, questions
        self._plain = [f" {plain(text)} " for text in passages.texts]
        self._keys = [passage_key(text) for text in passages.texts]

    def find_wrong(self, pairs: Sequence[Pair], answering: Mapping[str, Collection[str]]) -> list[list[str]]:
        """Return for each pair the nearest passages that hold none of its answers, best first.

        ``answering`` holds for each question the keys of all passages that answer it.
        """
        found: list[list[str]] = []
        for begin in range(0, len(pairs), QUESTIONS_PER_PRODUCT):
            some = pairs[begin : begin + QUESTIONS_PER_PRODUCT]
            asked = self._questions.rows[[self._questions.row[pair.question] for pair in some]]
            order = nearest(asked @ self._passages.rows.T, SEARCH_DEPTH)
            found += [
                self._without_answer(pair, rows, answering[pair.question])
                for pair, rows in zip(some, order, strict=True)
            ]
        return found

    def _without_answer(self, pair: Pair, rows: Iterable[int], keys: Collection[str]) -> list[str]:
        answers = [f" {plain(answer.of(pair.passage))} " for answer in pair.answers]
        here = passage_key(pair.passage)
        wrong = [
            self._passages.texts[row]
            for row in rows
            if self._keys[row] not in keys
            and self._keys[row] != here
            and not any(words.strip() and words in self._plain[row] for words in answers)
        ]
        return wrong[:NEAREST]
