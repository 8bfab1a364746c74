"""Listed families: a question with the passage that answers it and with others that do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from qa.train.dataset.pairs import UNKNOWN, Family, Kind, Pair, pick
from qa.train.dataset.sources import Sources
from qa.train.dataset.text import passage_key, plain
from qa.train.dataset.vectors import Search
from qa.train.dataset.wording.synonyms import Synonyms

# Sources whose questions can be understood without their passage.
STANDALONE = {
    "bioasq_golden",
    "onestop_qa",
    "quotesum",
    "reqa_squad_bioasq",
    "selqa",
    "squad11_train_cs224n",
    "squad11_train_du",
    "squad2_train_twin",
    "squadshifts",
    "timeqa",
}
# How often a family gets a second retrieved passage, a mined one, one of the same article, and a random one.
SECOND_SHARE, MINED_SHARE, BESIDE_SHARE, RANDOM_SHARE = 0.5, 0.4, 0.3, 0.25
NEAREST_SHARES = (0.45, 0.2, 0.15, 0.1, 0.05, 0.05)
REPHRASED_SHARE = 0.3
MOST_PER_ARTICLE = 60
BESIDE_ATTEMPTS = 4


def make_listed(sources: Sources, search: Search, synonyms: Synonyms, chance: np.random.Generator) -> list[Family]:
    """Return a family for each standalone question: the passage that answers, then others that do not."""
    answering = [*sources.given, *sources.twins.values()]
    asked = [pair for pair in answering if pair.source in STANDALONE]
    keys = defaultdict(set)
    for pair in answering:
        keys[pair.question].add(passage_key(pair.passage))
    mined = {pair.question: pair for pair in sources.mined}
    articles = _by_article(asked)
    families = []
    for pair, wrong in zip(asked, search.find_wrong(asked, keys), strict=True):
        others = [_not_answering(pair, passage, "retrieved") for passage in _choose(wrong, chance)]
        if pair.question in mined and chance.random() < MINED_SHARE:
            others.append(mined[pair.question])
        if chance.random() < BESIDE_SHARE:
            others += _beside(pair, articles[pair.source, pair.title], chance)
        if chance.random() < RANDOM_SHARE:
            others.append(_not_answering(pair, pick(asked, chance).passage, "random"))
        family = Family((pair, *others), True, passage_key(pair.passage))
        families.append(_rephrase(family, synonyms, chance) if chance.random() < REPHRASED_SHARE else family)
    return families


def _by_article(pairs: Sequence[Pair]) -> Mapping[tuple[str, str], list[Pair]]:
    articles: defaultdict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.title and len(articles[pair.source, pair.title]) < MOST_PER_ARTICLE:
            articles[pair.source, pair.title].append(pair)
    return articles


def _choose(wrong: Sequence[str], chance: np.random.Generator) -> list[str]:
    """Return one or two of the passages, the nearest most often."""
    count = min(len(wrong), 2 if chance.random() < SECOND_SHARE else 1)
    shares = np.array(NEAREST_SHARES)[: len(wrong)]
    if not count:
        return []
    return [wrong[place] for place in chance.choice(len(wrong), count, replace=False, p=shares / shares.sum())]


def _not_answering(pair: Pair, passage: str, kind: Kind) -> Pair:
    return replace(pair, passage=passage, relevant=0, answerable=0, answers=(), kind=kind)


def _beside(pair: Pair, others: Sequence[Pair], chance: np.random.Generator) -> list[Pair]:
    """Return the pair with another passage of the same article that lacks the words of the answer, if one is found."""
    answers = [f" {plain(answer.of(pair.passage))} " for answer in pair.answers]
    for _ in range(BESIDE_ATTEMPTS):
        other = pick(others, chance).passage if others else pair.passage
        words = f" {plain(other)} "
        if passage_key(other) != passage_key(pair.passage) and not any(answer in words for answer in answers):
            return [_not_answering(pair, other, "beside")]
    return []


def _rephrase(family: Family, synonyms: Synonyms, chance: np.random.Generator) -> Family:
    """Return the family with its question in other words, which the right passage perhaps no longer answers."""
    first = family.pairs[0]
    question = synonyms.exchange(first.question, first.passage, chance)
    if question == first.question:
        return family
    others = [replace(pair, question=question) for pair in family.pairs[1:]]
    return replace(family, pairs=(replace(first, question=question, answerable=UNKNOWN), *others))
