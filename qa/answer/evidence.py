"""The passages that are quoted, if any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer.confidence import FIRST_PASSAGES, Confidence, features
from qa.answer.contract import check_quote
from qa.answer.disagreement import disagree
from qa.answer.expected import describe_unmet
from qa.answer.reader import Quote, Reader, ReadPassage
from qa.records import Support
from qa.search.kinds import is_quotable

# Log odds of a passage to be about what is asked below which it is quoted only as the best one.
FURTHER_RELEVANT = -4.0
# Passages whose score is further below the best are rarely about the same, so what they say is no contradiction.
COMPARED_BELOW_BEST = 0.1


@dataclass(frozen=True, slots=True)
class Evidence:
    """The quotes, best first and none for a refusal, how probable it is that they answer, and what that is worth.

    ``disagreement`` says that two of the quotes contradict each other. ``unmet`` tells, for a refusal, which parts of
    the question no passage meets.
    """

    quotes: tuple[Quote, ...]
    confidence: float
    support: Support
    disagreement: bool = False
    unmet: tuple[str, ...] = ()


def weigh(
    question: str, passages: Sequence[ReadPassage], count: int, confidence: Confidence, reader: Reader
) -> Evidence:
    """Return at most ``count`` quotes, each from another paragraph; passages come best first."""
    if not passages:
        return Evidence((), 0.0, "none")
    probability = confidence.probability(features(passages))
    usable = [read for read in passages if is_quotable(question, read.candidate.paragraph.kind)]
    if probability < confidence.threshold or not usable:
        return Evidence((), probability, "none", unmet=_unmet(passages))
    further = [read for read in usable[1:] if read.relevant >= FURTHER_RELEVANT]
    quoted = [usable[0], *further][:count]
    quotes = tuple(_quote(read, reader) for read in quoted)
    compared = [
        quote.text
        for quote, read in zip(quotes, quoted, strict=True)
        if read.score >= usable[0].score - COMPARED_BELOW_BEST
    ]
    return Evidence(quotes, probability, confidence.support(probability), disagree(question, compared))


def _unmet(passages: Sequence[ReadPassage]) -> tuple[str, ...]:
    question = passages[0].candidate.questions[0].text
    return describe_unmet(question, [read.candidate.paragraph.text for read in passages[:FIRST_PASSAGES]])


def _quote(passage: ReadPassage, reader: Reader) -> Quote:
    quote = reader.quote(passage)
    check_quote(quote, passage)
    return quote
