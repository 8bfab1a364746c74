"""What each article answers: one side for each article among the passages that were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer.disagreement.find import DateOf, Disagreement, FindDisagreement, Side, is_correction
from qa.answer.disagreement.values import asked_kind, value_of
from qa.answer.reader import Quote, ReadPassage


@dataclass(frozen=True, slots=True)
class Comparison:
    """How sides are compared, with the days of the articles that they are of."""

    find: FindDisagreement
    date_of: DateOf

    def find_among(self, question: str, sides: Sequence[QuotedSide]) -> Disagreement | None:
        """Return the disagreement among the sides, None where there is none."""
        return self.find(question, [one.side for one in sides], self.date_of)


@dataclass(frozen=True, slots=True)
class QuotedSide:
    """A side with the quote that shows it."""

    side: Side
    quote: Quote


def sides_of(question: str, passages: Sequence[tuple[ReadPassage, Quote]]) -> list[QuotedSide]:
    """Return the sides of the articles, the one that most probably answers first.

    An article is represented by its passage that gives a value of the kind asked for, of several by the one that most
    probably answers. A passage that corrects its article is a side of its own.
    """
    kind = asked_kind(question)
    chosen: dict[tuple[str, bool], tuple[tuple[bool, float], QuotedSide]] = {}
    for passage, quote in passages:
        one = QuotedSide(_side(passage, quote), quote)
        gives_value = kind is not None and value_of(question, kind, passage.phrases.spans) is not None
        key, fitness = (one.side.article_id, is_correction(one.side)), (gives_value, passage.phrases.answerable)
        if key not in chosen or fitness > chosen[key][0]:
            chosen[key] = fitness, one
    return [one for _, one in sorted(chosen.values(), key=lambda both: both[0][1], reverse=True)]


def _side(passage: ReadPassage, quote: Quote) -> Side:
    paragraph = passage.candidate.paragraph
    return Side(
        article_id=paragraph.article_id,
        title=paragraph.title,
        passage=paragraph.text,
        quote=quote.text,
        odds=passage.phrases.answerable,
        spans=passage.phrases.spans,
    )
