"""The small trained network that reads a question and a passage together, over the encoder's token vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.answer.disagreement.values import AnswerSpan
from qa.answer.sentences import sentence_numbers
from qa.core_pool import CorePool
from qa.graphs import open_session
from qa.protocols import CONTINUES_WORD, Matrix, StoredParagraph, Vector, WordPieces
from qa.search.question import Question

# A mark of a token, beside those of the word pieces.
FIRST_OF_SENTENCE = 4
# Stands for a token id in the padding.
NO_TOKEN = -1
# Tokens of padding that cost as much as another run.
PADDING_TOKENS = 50
# Phrases that are kept of a passage, tokens of the longest, and first tokens that are tried.
SPANS, LONGEST_SPAN, TRIED = 6, 14, 25


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """A passage as the network sees it.

    vectors (n, t); pieces of n tokens; sentence (n,) is the number of each token's sentence.
    """

    paragraph: StoredParagraph
    vectors: Matrix
    pieces: WordPieces
    sentence: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The network's judgement of one passage.

    answerable: the log odds that the passage answers. sentences (sentences,): the log probability of each sentence to
    be the one that answers. spans: the phrases that may be the answer, best first.
    """

    answerable: float
    sentences: Vector
    spans: tuple[AnswerSpan, ...] = ()


def passage_tokens(paragraph: StoredParagraph, vectors: Matrix, pieces: WordPieces) -> PassageTokens:
    """Return the passage's tokens with the sentences that they belong to."""
    return PassageTokens(paragraph, vectors, pieces, sentence_numbers(paragraph, pieces))


class ReadingNetwork:
    """The network, run by ONNX Runtime on one thread; safe to share between threads."""

    def __init__(self, path: Path, cores: CorePool) -> None:
        self._session = open_session(path)
        self._cores = cores

    def judge(self, question: Question, passages: Sequence[PassageTokens]) -> list[Judgement]:
        """Return a judgement of each passage for the question."""
        judged = [_nothing(passage) for passage in passages]
        if len(question.encoded.pieces.ids):
            for at, judgement in self._judge_filled(question, passages):
                judged[at] = judgement
        return judged

    def _judge_filled(self, question: Question, passages: Sequence[PassageTokens]) -> list[tuple[int, Judgement]]:
        """Return judgements of the passages that have tokens, by place; the shorter ones are judged on a free core.

        Which passages are judged together does not depend on free cores, so no answer does.
        """
        short, long = (partial(self._judge_part, question, passages, part) for part in _halves(passages))
        wait_for_short = self._cores.submit_if_free(short) or short
        return long() + wait_for_short()

    def _judge_part(
        self, question: Question, passages: Sequence[PassageTokens], part: Sequence[int]
    ) -> list[tuple[int, Judgement]]:
        judged: list[tuple[int, Judgement]] = []
        for group in _group_by_length(part, [len(passages[at].sentence) for at in part]):
            judged += zip(group, self._judge_together(question, [passages[at] for at in group]), strict=True)
        return judged

    def _judge_together(self, question: Question, passages: Sequence[PassageTokens]) -> list[Judgement]:
        answerable, logits = self._session.run(
            None,
            {
                "q_tok": question.encoded.tokens,
                "q_ids": question.encoded.pieces.ids.astype(np.int64),
                "p_tok": _padded([passage.vectors for passage in passages], np.float32, 0),
                "p_ids": _padded([passage.pieces.ids for passage in passages], np.int64, NO_TOKEN),
                "p_flags": _padded([token_flags(one.pieces, one.sentence) for one in passages], np.int64, 0),
            },
        )
        return [
            _judgement(passage, odds, one[:, : len(passage.sentence)])
            for passage, odds, one in zip(passages, answerable.tolist(), logits, strict=True)
        ]


def _judgement(passage: PassageTokens, odds: float, logits: Matrix) -> Judgement:
    """Return what the logits (3, n) of a passage's tokens say: first of the answer, last of it, inside its sentence."""
    weights = np.exp(logits[2] - logits[2].max())
    spans = answer_spans(logits[0], logits[1], passage.pieces, passage.sentence, passage.paragraph.text)
    return Judgement(odds, _sentence_probabilities(passage, weights), spans)


def _halves(passages: Sequence[PassageTokens]) -> tuple[list[int], list[int]]:
    """Return the places of the shorter and of the longer passages, shortest first, half of the tokens each.

    Passages without tokens are left out.
    """
    lengths = [len(passage.sentence) for passage in passages]
    order = [at for at in sorted(range(len(lengths)), key=lengths.__getitem__) if lengths[at]]
    before, half = 0, sum(lengths) / 2
    for place, at in enumerate(order):
        if before + lengths[at] / 2 > half:
            return order[:place], order[place:]
        before += lengths[at]
    return order, []


def _group_by_length(part: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """Return the passages of a part in groups of similar length, a run each, so that little is padded.

    lengths are those of the passages, shortest first.
    """
    groups: list[list[int]] = []
    padding = last = 0
    for at, length in zip(part, lengths, strict=True):
        if groups:
            padding += (length - last) * len(groups[-1])
        if not groups or padding > PADDING_TOKENS:
            groups.append([])
            padding = 0
        groups[-1].append(at)
        last = length
    return groups


def _nothing(passage: PassageTokens) -> Judgement:
    count = len(passage.paragraph.sentences)
    return Judgement(-10.0, np.full(count, -np.log(max(count, 1)), np.float32))


def _sentence_probabilities(passage: PassageTokens, weights: Vector) -> Vector:
    """Return log p(sentence) from the weight of each token in the evidence."""
    by_sentence = np.bincount(passage.sentence, weights, len(passage.paragraph.sentences))
    probabilities: Vector = np.log(np.maximum(by_sentence / by_sentence.sum(), 1e-9)).astype(np.float32)
    return probabilities


def token_flags(pieces: WordPieces, sentence: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the marks of each token with FIRST_OF_SENTENCE, (n,); sentence (n,) is the number of its sentence."""
    flags = pieces.marks.astype(np.int64)
    flags[:1] |= FIRST_OF_SENTENCE
    flags[1:][sentence[1:] != sentence[:-1]] |= FIRST_OF_SENTENCE
    return flags


def _padded(arrays: Sequence[NDArray[np.generic]], kind: type, fill: int) -> NDArray[np.generic]:
    """Return (b, n, ...) with the shorter ones filled up."""
    whole = np.full((len(arrays), max(map(len, arrays)), *arrays[0].shape[1:]), fill, kind)
    for row, array in zip(whole, arrays, strict=True):
        row[: len(array)] = array
    return whole


def answer_spans(
    first: Vector, last: Vector, pieces: WordPieces, sentence: NDArray[np.int64], text: str
) -> tuple[AnswerSpan, ...]:
    """Return the most probable phrases, best first, none of which overlap; each is of whole words in one sentence.

    first, last (n,): logits of each token to begin and to end the answer. sentence (n,) numbers that of each token.
    """
    begins, ends = _log_softmax(first), _log_softmax(last)
    continued = (pieces.marks & CONTINUES_WORD) > 0
    word_ends = np.append(~continued[1:], True)
    found = sorted(
        (
            (float(begins[start] + ends[end]), int(pieces.spans[start, 0]), int(pieces.spans[end, 1]))
            for start in np.argsort(-begins)[:TRIED].tolist()
            if not continued[start]
            for end in range(start, min(start + LONGEST_SPAN, len(sentence)))
            if word_ends[end] and sentence[end] == sentence[start]
        ),
        reverse=True,
    )
    kept: list[tuple[float, int, int]] = []
    for one in found:
        if all(one[2] <= start or end <= one[1] for _, start, end in kept):
            kept.append(one)
        if len(kept) == SPANS:
            break
    return tuple(AnswerSpan(text[start:end], probability) for probability, start, end in kept)


def _log_softmax(logits: Vector) -> Vector:
    highest = logits.max()
    scores: Vector = logits - highest - np.log(np.exp(logits - highest).sum())
    return scores
