"""Whether two articles, or one and its own correction, answer a question with values that cannot both be right."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import msgspec

from qa.answer.disagreement.values import AnswerSpan, Value, asked_kind, stems, value_of
from qa.protocols import Encoder
from qa.records import DisagreementKind

CORRECTION = re.compile(
    r"\bcorrection\b|\b(?:earlier|previous|original) version of this (?:article|story|report|piece)\b", re.IGNORECASE
)
YES_OR_NO = re.compile(
    r"^\W*(?:and\s+)?(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|must)\b(?![^?]*\bor\b)",
    re.IGNORECASE,
)
NO = re.compile(
    r"\b(?:no|not|never|nobody|none|neither|nor|without|impossible|illegal|illegally|unable|unaware|denied|denies"
    r"|refused to|cannot)\b|n[’']t\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Z\d][\w’'.&-]*")
_QUESTION_WORD = re.compile(
    r"(?:and|who|whom|whose|what|when|where|which|how|why|in|on|at|is|are|was|were|did|does|do|can|could|has|have|had"
    r"|will|would|should|may|must|the)"
)
_PARENTHESIS = r"\s*\(([^()]{3,60})\)"
_BORN = re.compile(r"\bborn (?:on |in )?(?:\w+ ){0,3}?(\d{4})|\((?:c\. )?(?:\w+ ){0,3}?(1\d{3}|20\d\d)\s*[–-]")
# The log odds of a side, the share of the question's names and of its words that it has to hold.
LEAST_ODDS, LEAST_NAMED, LEAST_WORDS = -1.5, 0.5, 0.67
SIDES = 5


@dataclass(frozen=True, slots=True)
class Side:
    """What one article answers: its best passage for the question with the spans that may be the answer, best first.

    quote is the sentence that is quoted of the passage; odds are the reader's log odds that the passage answers.
    """

    article_id: str
    title: str
    passage: str
    quote: str
    odds: float
    spans: tuple[AnswerSpan, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sides that cannot both be right, by their places in what was given, with the values that differ.

    Where the kind is "later" the second side is the newer one. The values are empty where one side affirms what the
    other denies.
    """

    kind: DisagreementKind
    sides: tuple[int, int]
    values: tuple[str, str]


# Returns the day of an article by its id, None where it is not known.
DateOf = Callable[[str], str | None]
# Returns the disagreement among the sides that answer a question, or None.
FindDisagreement = Callable[[str, Sequence[Side], DateOf], Disagreement | None]


class DisagreementWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A logistic regression over the features of a pair; what is less probable than ``threshold`` is not told."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def probability(self, features: Mapping[str, float]) -> float:
        """Return how probable it is that the two values are answers to the same question, in [0, 1]."""
        odds = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-60.0, min(odds, 60.0))))


def read_disagreement_weights(path: Path) -> DisagreementWeights:
    """Return the weights that were fitted and stored."""
    return msgspec.json.decode(path.read_bytes(), type=DisagreementWeights)


def encoded_likeness(encoder: Encoder) -> Callable[[str, str], float]:
    """Return the likeness of two phrases as the cosine of their sentence vectors."""
    return lambda one, other: float(encoder.encode(one).sentence @ encoder.encode(other).sentence)


def find_disagreement(
    question: str,
    sides: Sequence[Side],
    date_of: DateOf,
    weights: DisagreementWeights,
    likeness: Callable[[str, str], float],
) -> Disagreement | None:
    """Return the most probable disagreement between two of the sides, None where there is none.

    likeness tells how alike two phrases are, in [-1, 1]: values of one kind, such as two sports, are.
    """
    if YES_OR_NO.search(question):
        return _opposed(question, sides, date_of)
    judged = [
        (weights.probability(pair_features(question, *pair, likeness)), pair)
        for pair in differing_pairs(question, sides)
    ]
    probability, pair = max(judged, key=lambda one: one[0], default=(0.0, None))
    if pair is None or probability < weights.threshold:
        return None
    places, values = (pair[0].place, pair[1].place), (pair[0].value.text, pair[1].value.text)
    return _labelled(question, sides, date_of, places, values)


@dataclass(frozen=True, slots=True)
class ValuedSide:
    """A side with its place and the value that it gives."""

    place: int
    side: Side
    value: Value


def differing_pairs(question: str, sides: Sequence[Side]) -> list[tuple[ValuedSide, ValuedSide]]:
    """Return the pairs of sides of different articles that both answer the question, with values that differ."""
    kind = asked_kind(question)
    if kind is None:
        return []
    found = ((place, side, value_of(question, kind, side.spans)) for place, side in _eligible(question, sides))
    valued = [ValuedSide(place, side, value) for place, side, value in found if value is not None][:SIDES]
    return [
        (one, other)
        for one, other in combinations(valued, 2)
        if _independent(one.side, other.side) and one.value.differs(other.value)
    ]


def pair_features(
    question: str, one: ValuedSide, other: ValuedSide, likeness: Callable[[str, str], float]
) -> dict[str, float]:
    """Return what a pair is judged by.

    answers: the sum of both log probabilities that the passage answers. words: the share of the question's words that
    both hold, the lower of the two. mentioned: how many of the two values the other passage names as well. likeness:
    that of the two values.
    """
    asked = stems(question)
    shares = [
        len(asked & stems(f"{side.title} {side.passage}")) / max(len(asked), 1) for side in (one.side, other.side)
    ]
    return {
        "answers": sum(-math.log1p(math.exp(-side.odds)) for side in (one.side, other.side)),
        "words": min(shares),
        "mentioned": float(one.value.stands_in(other.side.passage)) + float(other.value.stands_in(one.side.passage)),
        "likeness": likeness(one.value.text, other.value.text),
    }


def _eligible(question: str, sides: Sequence[Side]) -> list[tuple[int, Side]]:
    """Return the sides that probably answer and name what the question is about, with their places."""
    names = names_of(question)
    return [
        (place, side)
        for place, side in enumerate(sides)
        if side.odds >= LEAST_ODDS and len(names & stems(f"{side.title} {side.passage}")) >= LEAST_NAMED * len(names)
    ]


def _independent(one: Side, other: Side) -> bool:
    """Return whether the sides are of different articles, or one is the article's own correction."""
    return one.article_id != other.article_id or is_correction(one) != is_correction(other)


def is_correction(side: Side) -> bool:
    """Return whether the side corrects what its article said before."""
    return CORRECTION.search(side.passage) is not None


def _opposed(question: str, sides: Sequence[Side], date_of: DateOf) -> Disagreement | None:
    """Return the first two sides that are about all that the question asks, one of which has a word of denial."""
    asked = stems(question)
    on_the_point = [
        (place, side)
        for place, side in _eligible(question, sides)
        if asked and len(asked & stems(side.quote)) / len(asked) >= LEAST_WORDS
    ]
    for (place, one), (other_place, other) in combinations(on_the_point, 2):
        if _independent(one, other) and bool(NO.search(one.quote)) != bool(NO.search(other.quote)):
            return _labelled(question, sides, date_of, (place, other_place), ("", ""))
    return None


def _labelled(
    question: str, sides: Sequence[Side], date_of: DateOf, places: tuple[int, int], values: tuple[str, str]
) -> Disagreement:
    one, other = (sides[place] for place in places)
    if _namesakes(question, one, other):
        return Disagreement("another of that name", places, values)
    day, other_day = date_of(one.article_id), date_of(other.article_id)
    if day and other_day and day != other_day:
        in_order = day < other_day
        return Disagreement("later", places if in_order else places[::-1], values if in_order else values[::-1])
    return Disagreement("disagree", places, values)


def _namesakes(question: str, one: Side, other: Side) -> bool:
    """Return whether the two tell the bearers of a name apart: by what follows it in parentheses, or by birth."""
    words = _NAME.findall(question)
    last = re.escape(words[-1].rstrip(".’'")) if len(words) > 1 or (words and not _is_question_word(words[0])) else None
    if last is None:
        return False
    texts = [f"{side.title} {side.passage}" for side in (one, other)]
    described = [set().union(*(stems(found) for found in re.findall(last + _PARENTHESIS, text))) for text in texts]
    born = [{first or second for first, second in _BORN.findall(text)} for text in texts]
    return any(bool(mine and others and not mine & others) for mine, others in (described, born))


def names_of(question: str) -> frozenset[str]:
    """Return the stems of the words that a question writes with a capital letter or a figure, its first word aside.

    >>> sorted(names_of("When did the Elbe Bridge open?"))
    ['bridge', 'elbe']
    """
    words = _NAME.findall(question)
    if words and question.lstrip().startswith(words[0]) and _is_question_word(words[0]):
        words = words[1:]
    return stems(" ".join(words))


def _is_question_word(word: str) -> bool:
    return _QUESTION_WORD.fullmatch(word.lower()) is not None
