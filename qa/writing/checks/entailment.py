"""Whether quotations say what a sentence says, by a network that was trained to judge it."""

from __future__ import annotations

from typing import Protocol

from qa.encode.pairs.network import WindowNetwork
from qa.encode.pairs.windows import (
    PASSAGE_PIECES,
    PASSAGE_STRIDE,
    QUESTION_PIECES,
    QUESTION_STRIDE,
    Ids,
    Window,
    split_ids,
)

# Of texts without word pieces.
UNREAD = -10.0


class Entailment(Protocol):
    """Judges whether a text says what a sentence says, both as ids of word pieces."""

    def judge(self, sentence: Ids, text: Ids) -> float | None:
        """Return the log odds that it does; None where nothing can be said."""
        ...


class NetworkEntailment:
    """Judges by a network that reads sentence and text together, in windows."""

    def __init__(self, network: WindowNetwork) -> None:
        self._network = network

    def judge(self, sentence: Ids, text: Ids) -> float:
        """Return the log odds; each part of a long sentence has to be said, by some part of a long text."""
        parts = split_ids(sentence, QUESTION_PIECES, QUESTION_STRIDE)
        return min((self._judge_part(part, text) for _, part in parts), default=UNREAD)

    def _judge_part(self, part: Ids, text: Ids) -> float:
        windows = [Window(part, read, first) for first, read in split_ids(text, PASSAGE_PIECES, PASSAGE_STRIDE)]
        return max((self._network.judge(window).answerable for window in windows), default=UNREAD)


class NoEntailment:
    """Stands where no network knows the word pieces of the encoder."""

    def judge(self, sentence: Ids, text: Ids) -> None:
        """Return None."""
