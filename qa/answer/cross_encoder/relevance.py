"""A reader that ranks by relevance, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.answer.reader import Candidate, Quote, Reader, ReadPassage

# Weight of the log odds beside the mix, and how far from 0 they count.
RELEVANCE_WEIGHT = 0.02
MOST_ODDS = 8.0


class RelevanceReader:
    """Judges and quotes as another reader does, and adds the relevance that this one finds to the scores."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, passages: Sequence[Candidate]) -> list[ReadPassage]:
        return [
            replace(one, score=one.score + RELEVANCE_WEIGHT * max(-MOST_ODDS, min(MOST_ODDS, one.relevant)))
            for one in self._reader.read(passages)
        ]

    def quote(self, passage: ReadPassage) -> Quote:
        return self._reader.quote(passage)
