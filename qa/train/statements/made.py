"""Statements made of articles: a sentence as it stands, shortened, altered, and one from elsewhere in the article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from qa.text.sentences import split_sentences
from qa.train.dataset.pairs import Pair, pick
from qa.train.dataset.text import passage_key
from qa.train.statements.alterations import alter, shorten
from qa.train.statements.human import LONGEST_PREMISE
from qa.train.statements.statement import Statement

MOST_PASSAGES = 9000
SHORTEST_PASSAGE, LONGEST_PASSAGE = 150, 2500  # characters
SHORTEST_SENTENCE, LONGEST_SENTENCE = 40, 300
MOST_ALTERATIONS = 2  # of a sentence
ELSEWHERE_SHARE = 0.3  # of the passages


def make_statements(pairs: Sequence[Pair], chance: np.random.Generator) -> Iterator[Statement]:
    """Yield the statements made of the passages of at most MOST_PASSAGES pairs, each passage once."""
    found = {passage_key(pair.passage): pair for pair in pairs if _fits(pair.passage)}
    passages = list(found.values())
    order = chance.permutation(len(passages))[:MOST_PASSAGES]
    for here, there in zip(order, np.roll(order, 1), strict=True):
        yield from _of_passage(passages[here], passages[there].passage, chance)


def _fits(passage: str) -> bool:
    return SHORTEST_PASSAGE <= len(passage) <= LONGEST_PASSAGE


def _of_passage(pair: Pair, other: str, chance: np.random.Generator) -> Iterator[Statement]:
    passage = pair.passage
    sentences = [span.of(passage).strip() for span in split_sentences(passage, 0, len(passage))]
    usable = [at for at, one in enumerate(sentences) if SHORTEST_SENTENCE <= len(one) <= LONGEST_SENTENCE]
    if not usable:
        return
    here = pick(usable, chance)
    first, end = max(0, here - int(chance.integers(2))), here + 1 + int(chance.integers(2))
    sentence, premise = sentences[here], " ".join(sentences[first:end])[:LONGEST_PREMISE]
    yield Statement(premise, sentence, True, "control", pair.source)
    shorter = shorten(sentence, chance)
    if shorter is not None:
        yield Statement(premise, shorter, True, "control", pair.source)
    for altered in alter(sentence, passage, other, MOST_ALTERATIONS, chance):
        yield Statement(premise, altered, False, "edited", pair.source)
    elsewhere = [sentences[at] for at in usable if not first <= at < end and sentences[at] not in premise]
    if elsewhere and chance.random() < ELSEWHERE_SHARE:
        yield Statement(premise, pick(elsewhere, chance), False, "edited", pair.source)
