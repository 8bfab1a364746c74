"""Windows of a few sentences, so that the reader also learns from short passages."""

from __future__ import annotations

import numpy as np

from qa.protocols import Vector
from qa.train.dataset.examples import Gold
from qa.train.dataset.passages import Tokens

LONGEST_WINDOW = 5  # sentences
SHORTEST_CUT = 3  # sentences of a passage that may be cut
# Most windows of negatives are around the sentence most like an answer, the others anywhere.
BEST_SENTENCE_SHARE = 0.8


def window(asked: Tokens, tokens: Tokens, gold: Gold, idf: Vector, chance: np.random.Generator) -> tuple[Tokens, Gold]:
    """Return one to five sentences around the answer, or the whole passage when it cannot be cut."""
    count = int(tokens.sentence.max()) + 1
    if count < SHORTEST_CUT:
        return tokens, gold
    middle = int(chance.choice(gold.sentences)) if gold.sentences else _likely(asked, tokens, idf, chance)
    size = int(chance.integers(1, LONGEST_WINDOW + 1))
    first = max(0, middle - int(chance.integers(size)))
    inside = np.flatnonzero((tokens.sentence >= first) & (tokens.sentence < first + size))
    if not len(inside):
        return tokens, gold
    cut = _gold_inside(tokens, gold, int(inside[0]), int(inside[-1]))
    whole = gold.starts and not cut.starts
    return (tokens, gold) if whole else (tokens.cut(int(inside[0]), int(inside[-1]) + 1), cut)


def _gold_inside(tokens: Tokens, gold: Gold, first: int, last: int) -> Gold:
    """Return the answers within the tokens from first to last, numbered from there."""
    kept = [
        (start - first, end - first)
        for start, end in zip(gold.starts, gold.ends, strict=True)
        if start >= first and end <= last
    ]
    begin, end = int(tokens.sentence[first]), int(tokens.sentence[last])
    sentences = tuple(number - begin for number in gold.sentences if begin <= number <= end)
    return Gold(tuple(start for start, _ in kept), tuple(end for _, end in kept), sentences)


def _likely(asked: Tokens, tokens: Tokens, idf: Vector, chance: np.random.Generator) -> int:
    """Return the sentence with the best late interaction or, one time in five, a random one."""
    count = int(tokens.sentence.max()) + 1
    if chance.random() >= BEST_SENTENCE_SHARE:
        return int(chance.integers(count))
    meets = (asked.unit() * idf[asked.ids][:, None]) @ tokens.unit().T
    inside = [tokens.sentence == number for number in range(count)]
    return int(np.argmax([meets[:, where].max(1).sum() if where.any() else -np.inf for where in inside]))
