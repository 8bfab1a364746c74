"""The passages that are quoted, if any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.answer.confidence import FIRST_PASSAGES, Confidence, features
from qa.answer.contract import check_quote
from qa.answer.disagreement.find import Disagreement
from qa.answer.disagreement.sides import Comparison, sides_of
from qa.answer.expected.kinds import find_given
from qa.answer.expected.unmet import describe_lacking, describe_unmet
from qa.answer.reader import Quote, Reader, ReadPassage
from qa.records import Support
from qa.search.kinds import is_quotable

# Log odds of a passage to be about what is asked below which it is quoted only as the best one.
FURTHER_RELEVANT = -4.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """The quotes, best first and none for a refusal, how probable it is that they answer, and what that is worth.

    ``disagreement`` is that of two of the quotes, None where there is none. ``unmet`` tells, for a refusal, which parts
    of the question no passage meets. ``further`` counts the passages that could be quoted besides.
    """

    quotes: tuple[Quote, ...]
    confidence: float
    support: Support
    disagreement: Disagreement | None = None
    unmet: tuple[str, ...] = ()
    further: int = 0


def weigh(
    question: str,
    passages: Sequence[ReadPassage],
    count: int,
    confidence: Confidence,
    reader: Reader,
    comparison: Comparison,
) -> Evidence:
    """Return at most ``count`` quotes, each from another paragraph; passages come best first.

    Where two articles disagree both sides are among the quotes, unless only one is wanted.
    """
    if not passages:
        return Evidence((), 0.0, "none")
    probability = confidence.probability(features(passages))
    usable = [read for read in passages if is_quotable(question, read.candidate.paragraph.kind)]
    lacking = describe_lacking(question, [read.candidate.paragraph.text for read in passages])
    if lacking:
        return withhold(Evidence((), probability, "none"), lacking, confidence)
    if probability < confidence.threshold or not usable:
        return Evidence((), probability, "none", unmet=_unmet(passages))
    support = confidence.support(probability)
    usable = _lead_with_given(question, usable)
    quotes = {id(read): _quote(read, reader) for read in usable}
    relevant = [usable[0], *(read for read in usable[1:] if read.relevant >= FURTHER_RELEVANT)]
    further = max(0, len(relevant) - count)
    quoted = [quotes[id(read)] for read in relevant][:count]
    sides = sides_of(question, [(read, quotes[id(read)]) for read in usable])
    found = comparison.find_among(question, sides) if count > 1 else None
    if found is None:
        return Evidence(tuple(quoted), probability, support, further=further)
    both = [sides[place].quote for place in found.sides]
    shown = _with(quoted, both, list(quotes.values()), count)
    return Evidence(shown, probability, support, found, further=further)


def _lead_with_given(question: str, usable: list[ReadPassage]) -> list[ReadPassage]:
    """Return the passages, first one that names all days, times and numbers of the question where the first lacks some.

    It has to be more probable to answer than the first.
    """
    given = find_given(question)

    def names_given(read: ReadPassage) -> bool:
        paragraph = read.candidate.paragraph
        return given <= find_given(f"{paragraph.title}\n{paragraph.text}")

    if not given or names_given(usable[0]):
        return usable
    odds = usable[0].answerable
    leading = next((read for read in usable[1:] if read.answerable > odds and names_given(read)), usable[0])
    return [leading, *(read for read in usable if read is not leading)]


def _with(quoted: Sequence[Quote], wanted: Sequence[Quote], ranked: Sequence[Quote], count: int) -> tuple[Quote, ...]:
    """Return the wanted quotes and the first others, ``count`` in all, in the order in which they are ranked."""
    others = [quote for quote in quoted if not any(quote is one for one in wanted)][: max(0, count - len(wanted))]
    return tuple(quote for quote in ranked if any(quote is one for one in (*wanted, *others)))


def doubt(evidence: Evidence, confidence: Confidence) -> Evidence:
    """Return the evidence with its quotes as ones that perhaps answer."""
    most = max(confidence.threshold, confidence.certain)
    return replace(evidence, confidence=min(evidence.confidence, most), support="perhaps")


def withhold(evidence: Evidence, unmet: Sequence[str], confidence: Confidence) -> Evidence:
    """Return a refusal in the place of the evidence, with what is not met."""
    return Evidence((), min(evidence.confidence, confidence.threshold), "none", unmet=tuple(unmet))


def _unmet(passages: Sequence[ReadPassage]) -> tuple[str, ...]:
    question = passages[0].candidate.questions[0].text
    return describe_unmet(question, [read.candidate.paragraph.text for read in passages[:FIRST_PASSAGES]])


def _quote(passage: ReadPassage, reader: Reader) -> Quote:
    quote = reader.quote(passage)
    check_quote(quote, passage)
    return quote
