"""Questions behind an earlier question about the same passage, as the product reads follow-ups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from qa.train.dataset.pairs import Family, Pair, pick
from qa.train.dataset.sources import Sources
from qa.train.dataset.text import passage_key

FOLLOWING_SHARE = 0.08  # of the families
ANSWERED_SHARE = 0.5  # of the earlier questions: their answer stands behind them


def with_earlier_questions(families: Sequence[Family], sources: Sources, chance: np.random.Generator) -> list[Family]:
    """Return the families, some of them with an earlier question in front of their questions."""
    earlier = defaultdict(list)
    for pair in sources.given:
        earlier[passage_key(pair.passage)].append(pair)
    return [_follow(one, earlier, chance) if chance.random() < FOLLOWING_SHARE else one for one in families]


def _follow(family: Family, earlier: Mapping[str, Sequence[Pair]], chance: np.random.Generator) -> Family:
    own = {pair.question for pair in family.pairs}
    before = [one for one in earlier.get(family.group, ()) if one.question not in own]
    if not before:
        return family
    one = pick(before, chance)
    answer = one.answers[0].of(one.passage) if one.answers and chance.random() < ANSWERED_SHARE else ""
    front = f"{one.question} {answer}".strip()
    return replace(family, pairs=tuple(replace(pair, question=f"{front} {pair.question}") for pair in family.pairs))
