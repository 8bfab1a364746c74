"""The reader that was trained: a network reads the question and each passage together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qa.answer.cross_encoder.emphasis import find_emphasis
from qa.answer.reader import Candidate, Quote, ReadPassage
from qa.answer.sentences import best_quote_with_neighbours, score_sentences, sentence_numbers
from qa.core_pool import CorePool
from qa.encode.pairs.network import WindowJudgement, WindowNetwork
from qa.encode.pairs.windows import QUESTION_PIECES, Window, split_into_windows
from qa.protocols import Matrix, Vector
from qa.search.question import Question
from qa.search.ranking.fuse import interpretation_weights

# Weight of a sentence's late interaction beside its log odds to be the evidence.
LATE_WEIGHT = 10.0
# How far below the best sentence one beside it may be to be quoted with it.
NEIGHBOUR_ODDS = 3.0
# Log odds of a passage to answer from which its answering words are emphasised.
ANSWERABLE = 0.0
# Log odds of a passage that the network cannot read, and the evidence in a sentence without word pieces.
UNREAD, NO_EVIDENCE = -10.0, -30.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the network says of a passage, the greatest of all windows.

    relevant, answerable: log odds. sentences (sentences,): the logarithm of the summed evidence in each sentence.
    words (2, n): the log odds of each word piece to begin and to end the words that answer.
    """

    relevant: float
    answerable: float
    sentences: Vector
    words: Matrix


class CrossEncoderReader:
    """Judges and quotes by a network that attends from question to passage and back; see weights/README.md.

    It leaves the scores of the mix as they are: added to them, its relevance loses paraphrases.
    """

    def __init__(self, network: WindowNetwork, cores: CorePool) -> None:
        self._network = network
        self._cores = cores

    def read(self, passages: Sequence[Candidate]) -> list[ReadPassage]:
        questions = passages[0].questions
        pairs = [(question, candidate) for question in questions for candidate in passages]
        windows = [list(_split_pair(*pair)) for pair in pairs]
        judged = iter(self._judge_all([window for several in windows for window in several]))
        judgements = [
            _merge_windows(candidate, several, [next(judged) for _ in several])
            for (_, candidate), several in zip(pairs, windows, strict=True)
        ]
        by_question = [judgements[at :: len(passages)] for at in range(len(passages))]
        return [_read(candidate, several) for candidate, several in zip(passages, by_question, strict=True)]

    def quote(self, passage: ReadPassage) -> Quote:
        scores = passage.sentences + LATE_WEIGHT * score_sentences(passage.candidate)
        quote = best_quote_with_neighbours(passage.candidate, scores, NEIGHBOUR_ODDS)
        if passage.words is None or passage.answerable < ANSWERABLE:
            return quote
        return replace(quote, emphasis=find_emphasis(quote, passage.candidate.tokens.pieces, passage.words))

    def _judge_all(self, windows: Sequence[Window]) -> list[WindowJudgement]:
        """Return the judgement of each window; free cores take windows, too, the longest ones first."""
        waiting = deque(sorted(range(len(windows)), key=lambda at: -len(windows[at].passage)))
        judged: dict[int, WindowJudgement] = {}

        def work() -> None:
            while waiting:
                try:
                    at = waiting.popleft()
                except IndexError:  # another core took the last one
                    return
                judged[at] = self._network.judge(windows[at])

        others: list[Callable[[], None]] = []
        while len(others) + 1 < len(windows) and (other := self._cores.submit_if_free(work)) is not None:
            others.append(other)
        work()
        for wait in others:
            wait()
        return [judged[at] for at in range(len(windows))]


def _split_pair(question: Question, candidate: Candidate) -> Iterator[Window]:
    """Return the windows of a pair; of a question behind its history only the last pieces are read."""
    asked = question.encoded.pieces.ids
    if question.kind == "with_history":
        asked = asked[-QUESTION_PIECES:]
    return split_into_windows(asked, candidate.tokens.pieces.ids)


def _merge_windows(candidate: Candidate, windows: Sequence[Window], judged: Sequence[WindowJudgement]) -> Judgement:
    """Return the greatest of all windows' judgements of a passage."""
    sentence, count = sentence_numbers(candidate.paragraph, candidate.tokens.pieces), len(candidate.paragraph.sentences)
    sentences = np.full(count, NO_EVIDENCE, np.float32)
    words = np.full((2, len(sentence)), NO_EVIDENCE, np.float32)
    for window, one in zip(windows, judged, strict=True):
        here = np.full(count, NO_EVIDENCE, np.float32)
        np.logaddexp.at(here, sentence[window.first : window.first + len(one.evidence)], one.evidence)
        sentences = np.maximum(sentences, here)
        read = words[:, window.first : window.first + len(one.evidence)]
        np.maximum(read, [one.starts, one.ends], out=read)
    return Judgement(
        max([one.relevant for one in judged], default=UNREAD),
        max([one.answerable for one in judged], default=UNREAD),
        sentences,
        words,
    )


def _read(candidate: Candidate, judgements: Sequence[Judgement]) -> ReadPassage:
    """Return the passage as read; judgements has one for each interpretation of the question."""
    share = interpretation_weights(len(judgements))
    relevant = float(share @ np.array([one.relevant for one in judgements]))
    answerable = float(share @ np.array([one.answerable for one in judgements]))
    sentences = share @ np.array([one.sentences for one in judgements])
    words = np.tensordot(share, np.array([one.words for one in judgements]), 1)
    return ReadPassage(candidate, candidate.score, relevant, answerable, sentences, words=words)
