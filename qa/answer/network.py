"""The small trained network that reads a question and a passage together, over the encoder's token vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from qa.answer.question import Question
from qa.protocols import Matrix, StoredParagraph, Vector, WordPieces

CAPITAL, DIGIT, FIRST_OF_SENTENCE, CONTINUES_WORD = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """A passage as the network sees it.

    vectors (n, t); pieces of n tokens; sentence (n,) numbers the sentence that each token belongs to.
    """

    paragraph: StoredParagraph
    vectors: Matrix
    pieces: WordPieces
    sentence: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the network says of one passage.

    answerable: the log odds that the passage answers. sentences (sentences,): the log probability of each sentence
    that it is the one that does.
    """

    answerable: float
    sentences: Vector


def passage_tokens(paragraph: StoredParagraph, vectors: Matrix, pieces: WordPieces) -> PassageTokens:
    """Return the passage's tokens with the sentences that they belong to."""
    begins = np.array([sentence.start - paragraph.start for sentence in paragraph.sentences])
    sentence = np.searchsorted(begins, pieces.spans[:, 0], side="right") - 1
    return PassageTokens(paragraph, vectors, pieces, sentence.clip(min=0))


class ReadingNetwork:
    """The network, run by ONNX Runtime on one thread; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Passages differ in length, so remembered memory patterns never fit and a kept arena only grows.
        options.enable_mem_pattern = options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def judge(self, question: Question, passages: Sequence[PassageTokens]) -> list[Judgement]:
        """Return a judgement of each passage for the question."""
        readable = [passage for passage in passages if len(passage.sentence)]
        if not readable or not len(question.encoded.token_ids):
            return [_nothing(passage) for passage in passages]
        answerable, logits = self._session.run(
            None,
            {
                "q_tok": question.encoded.tokens,
                "q_ids": question.encoded.token_ids.astype(np.int64),
                "p_tok": _padded([passage.vectors for passage in readable], np.float32),
                "p_ids": _padded([passage.pieces.ids for passage in readable], np.int64),
                "p_flags": _padded(
                    [token_flags(one.paragraph.text, one.pieces, one.sentence) for one in readable], np.int64
                ),
                "p_mask": _padded([np.ones(len(passage.sentence)) for passage in readable], np.int64),
            },
        )
        judged = {
            id(passage): Judgement(float(odds), _sentence_probabilities(passage, tokens[: len(passage.sentence), 2]))
            for passage, odds, tokens in zip(readable, answerable, logits, strict=True)
        }
        return [judged.get(id(passage)) or _nothing(passage) for passage in passages]


def _nothing(passage: PassageTokens) -> Judgement:
    count = len(passage.paragraph.sentences)
    return Judgement(-10.0, np.full(count, -np.log(max(count, 1)), np.float32))


def _sentence_probabilities(passage: PassageTokens, evidence: Vector) -> Vector:
    """Return log p(sentence) from each token's logit of standing in the sentence that answers."""
    highest = evidence.max()
    weights = np.bincount(passage.sentence, np.exp(evidence - highest), len(passage.paragraph.sentences))
    probabilities: Vector = np.log(np.maximum(weights / weights.sum(), 1e-9)).astype(np.float32)
    return probabilities


def token_flags(text: str, pieces: WordPieces, sentence: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what the letters of each token tell besides its vector, (n,).

    pieces of n tokens are the text's, sentence (n,) numbers the sentence that each stands in.
    """
    starts, ends = pieces.spans[:, 0], pieces.spans[:, 1]
    capital = np.array([text[start : start + 1].isupper() for start in starts.tolist()], np.bool_)
    digits = np.cumsum([0, *map(str.isdigit, text)])
    flags = np.where(pieces.continues, CONTINUES_WORD, 0).astype(np.int64)
    flags[capital & ~pieces.continues] |= CAPITAL
    flags[digits[ends] > digits[starts]] |= DIGIT
    flags[np.flatnonzero(np.diff(sentence, prepend=-1))] |= FIRST_OF_SENTENCE
    return flags


def _padded(arrays: Sequence[NDArray[np.generic]], kind: type) -> NDArray[np.generic]:
    """Return (b, n, ...) with zeros behind the shorter ones."""
    whole = np.zeros((len(arrays), max(map(len, arrays)), *arrays[0].shape[1:]), kind)
    for row, array in zip(whole, arrays, strict=True):
        row[: len(array)] = array
    return whole
