"""The passages that are quoted, if any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer.confidence import Confidence, features
from qa.answer.contract import check_quote
from qa.answer.disagreement import disagree
from qa.answer.reader import Quote, Reader, ReadPassage
from qa.answer.small_talk import is_chitchat
from qa.search.kinds import is_quotable

# Passages whose score is further below the best are rarely about the same.
BELOW_BEST = 0.1


@dataclass(frozen=True, slots=True)
class Evidence:
    """The quotes, best first and none for a refusal, and how probable it is that they answer.

    ``disagreement`` says that two of the quotes contradict each other.
    """

    quotes: tuple[Quote, ...]
    confidence: float
    disagreement: bool = False


def weigh(
    question: str, passages: Sequence[ReadPassage], count: int, confidence: Confidence, reader: Reader
) -> Evidence:
    """Return at most ``count`` quotes, each from another paragraph; passages come best first."""
    if not passages or is_chitchat(question):
        return Evidence((), 0.0)
    probability = confidence.probability(features(passages))
    usable = [read for read in passages if is_quotable(question, read.candidate.paragraph.kind)]
    if probability < confidence.threshold or not usable:
        return Evidence((), probability)
    close = [read for read in usable if read.score >= usable[0].score - BELOW_BEST][:count]
    quotes = tuple(_quote(read, reader) for read in close)
    return Evidence(quotes, probability, disagree(question, [quote.text for quote in quotes]))


def _quote(passage: ReadPassage, reader: Reader) -> Quote:
    quote = reader.quote(passage)
    check_quote(quote, passage)
    return quote
